"""`setu records verify`: recomputes the record from its rows up, and names each row, hash, checkpoint and room that is
not what it should be. It trusts nothing in the database: what it compares with are the key and the file outside.
"""
