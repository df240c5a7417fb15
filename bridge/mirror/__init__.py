"""The mirror: decides, from an event, a link and what is known of people, what happens on the other side."""
