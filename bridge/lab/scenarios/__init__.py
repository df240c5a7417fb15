"""The scenarios of the lab, one a file (see `bridge.lab.scenario`)."""
