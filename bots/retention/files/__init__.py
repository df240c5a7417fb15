"""Files of messages on record: what an entry names is told as it is recorded (`named`), fetched by the gateway, and
told as kept, with the hash of what lies in the media folder, or as not to be had (`keeping`). Nothing waits for it.
"""
