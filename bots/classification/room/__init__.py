"""What the classification bot does in rooms: the engine's verdict against the room's ceiling, and what follows."""
