"""Setu mirrors government rooms between Matrix homeservers and keeps the record. The way of a message:

    departments ─┐  PUT /transactions
    hub         ─┼─▶ intake ─▶ JOURNAL ─▶ followers ─▶ OUTBOX ─▶ gateway ─▶ hub and departments
    /messages   ─┘

The intake commits what a homeserver sends, sealed, before it answers. Followers read the journal, each with a bookmark
per room, decide, and lay actions into the outbox. The gateway alone speaks Matrix. Bots are guests on the journal.
Arrows run one way: `__main__` → intake, gateway, mirror → follower → store → seal → config → model.
"""
