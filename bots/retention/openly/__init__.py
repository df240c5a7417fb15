"""What people are told of the record: that a room is recorded, how it stands, and when somebody sets a timer."""
