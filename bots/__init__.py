"""Bots are guests on the journal: each is a plug-in with its followers, commands, settings and texts."""
