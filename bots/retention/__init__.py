"""The retention bot keeps the record: each event of a linked room becomes exactly one primary record, sealed."""

from bots.retention.plugin import bot

__all__ = ["bot"]
