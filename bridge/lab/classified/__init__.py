"""What people do in the scenario `classification`, a file for each part of it, and what must come of it."""
