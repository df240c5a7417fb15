"""What the record tells beside what was said: deletions and their causes, who was in a room when, timers, revisions."""
