"""Exports that records officers ask for in chat. What is asked is kept as a job (`book`) in the transaction of the
command; a process of its own prepares it (`supervisor`, `worker`), packs it and seals what it packed into the media
folder; it is handed over through the outbox as encrypted attachments (`handing`).
"""
