"""What homeservers send to Setu: tiny and always on, so that they never have to catch up with us."""
