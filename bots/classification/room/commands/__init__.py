"""What people ask of the classification bot in a room: `!mark …`."""
