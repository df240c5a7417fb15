"""What people do in the scenario `identity`, a file for each part of it, and what must come of it on both sides."""
