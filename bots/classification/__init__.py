"""The classification bot: whether a message or file carries a marking or exposes data. So far its engine and `setu
classify`; what it does in a room follows.
"""
