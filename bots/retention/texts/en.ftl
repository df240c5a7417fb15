# What the retention bot says, in English: the text that every other language translates, under the same name. The rules
# for writing texts stand at the beginning of the bridge's own en.ftl.

## Alarms, to administrators in their room

record-log-broken =
    The log of the record of { $organisation } is not what was signed of it, and no checkpoint is signed any more. Run
    `setu records verify`, which names the rows, and keep the checkpoint files safe.
record-no-timestamp = The timestamp authority does not confirm the checkpoints at present: { $reason }
