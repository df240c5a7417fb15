"""A Setu with one fault in it, for tests that prove that a check can fail."""
