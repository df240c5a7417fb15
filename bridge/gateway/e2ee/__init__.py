"""End-to-end encryption on one homeserver: our devices and their keys, who gets which room key, what we write
encrypted, and the loop that takes the keys that others share with us.
"""
