"""The gate: what is above a room's ceiling is refused before it is sent, where a homeserver asks us first. It asks
through its antispam module for its own people, and as a policy server for those of other homeservers.
"""
