"""What people do in the scenario `mirror`, a file per family of events, and what must come of it on the other side."""
