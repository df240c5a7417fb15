"""Commands in chat (`!setu …`): parsed, authorised at one choke point, and done, each once, as a follower of the
journal. What they answer and what they lead to lies in the outbox like all else that Setu does.
"""
