"""The classification bot's engine: whether a text or file carries a marking or exposes data, without Matrix."""
