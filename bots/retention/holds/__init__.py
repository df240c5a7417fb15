"""Holds: what fits their criteria may not be disposed of, whenever it was or will be said. Records officers add them,
and two of them together let one go (`chat`, `command`); a disposal asks what is held (`holds`).
"""
