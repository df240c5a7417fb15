"""The identity bot: everyone in a government room is clearly identified, and speaks in a known capacity."""

from bots.identity.plugin import bot

__all__ = ["bot"]
