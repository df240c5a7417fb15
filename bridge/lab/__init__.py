"""The lab: two real Synapse homeservers, an embedded PostgreSQL and Setu between them, on one machine, driven by real
Matrix clients. `setu lab` shows it to a person; the tests stand on the same parts.
"""
