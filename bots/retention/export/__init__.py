"""Handing over what is on record: a folder that a stranger reads without Setu, and verifies without trusting it. What
is selected (`choosing`) is laid down in a worklist beside it, so that an export that was interrupted goes on;
`records.jsonl` is written from the database (`writing`), and all that people read is made from that file (`forms`).
"""
