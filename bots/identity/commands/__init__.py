"""What people can ask the identity bot in chat (`!id …`)."""
