"""Finding what was said without keeping it in clear. What the retention follower records is also laid down here as
keyed hashes of its words (`rows`); a query (`query`) asks for the rows that have its hashes (`candidates`), newest
first, and what they stand for is opened and looked at before it is shown (`finding`). What files say comes beside it
when they were read (`file_rows`).
"""
