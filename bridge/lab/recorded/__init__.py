"""What people do in the scenario `record`, a file for each part of it, and what must come of it."""
