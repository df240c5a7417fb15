"""What Setu keeps, in PostgreSQL: the journal, its followers' bookmarks, links and people, the outbox, the keys that
seal them. The SQL stands here, beside the code that uses it; nothing else in Setu writes to these tables.
"""
