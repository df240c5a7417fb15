"""The words with which an export receives a stranger who knows nothing of Setu."""

from collections.abc import Sequence

TEXT = """\
This folder is an export of a record that Setu keeps of Matrix rooms.

Read it:    {reading}
Verify it:  python verify.py . --key KEY
            Needs Python 3.11 or newer and the package "cryptography"; no network.
            KEY is the public key of the log, as the administrators, or the room into which checkpoints are posted,
            tell it. Without it the export vouches only for itself. verify.py tells the format in its first lines.

{table}
What stands here was sealed until it was exported: who can read this folder reads all of it.
"""

PARTS = {
    "records.jsonl": "each record as it was received, with its place in the signed log",
    "people.jsonl": "who was in the room from when to when",
    "gaps.jsonl": "what is known not to have been read, and why",
    "checkpoints": "what was signed of the log",
    "files": "the files of messages, each named by the beginning of its SHA-256",
    "index.html": "begin here to read: the conversation by months, in any browser",
    "pdf": "the same for paper",
    "table": "one row a record, for a spreadsheet; what begins like a formula has a ' before it",
    "mail": "one mbox file a room, with a message for each thing that somebody said",
    "manifest.json": "what was asked, by whom, for what; counts; the SHA-256 of each file",
}


def readme(parts: Sequence[str]) -> str:
    """For an export with these files and folders at its top."""
    table = "".join(f"{name:<16}{text}\n" for name, text in PARTS.items() if name in parts)
    return TEXT.format(
        reading="open index.html" if "index.html" in parts else "records.jsonl, a line a record", table=table
    )
