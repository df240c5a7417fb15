"""What crosses, one file for each family of events: each turns an event's content into that of its copy. Pure."""
