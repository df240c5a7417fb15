"""End-to-end encryption as pure functions and values: keys, signatures, sessions and payloads. Nothing here does I/O or
looks at a clock; what syncs, stores and sends stands above it. Matrix Client-Server API, "End-to-End Encryption".
"""
