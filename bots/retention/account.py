"""The retention bot's account: as whom people see it."""

from bridge.private import Account

ACCOUNT = Account("records", "Records", encrypts=True)
