"""Who calls themselves as an official is called: `index.Lookalikes` is asked for each display name of somebody else.
Pure; what becomes of a resemblance is the bot's.
"""
