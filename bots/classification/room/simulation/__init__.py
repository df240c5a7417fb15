"""`setu simulate`: what other rules would have done about what is journalled. What the bot makes of an entry
(`room.judging`) is compared with what was decided then, and counted; nothing is stored, ordered or said.
"""
