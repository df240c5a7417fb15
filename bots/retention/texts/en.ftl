# What the retention bot says, in English: the text that every other language translates, under the same name. The rules
# for writing texts stand at the beginning of the bridge's own en.ftl.

## Answers to commands

records-help =
    What is said in rooms that are linked is kept on record. For records officers:
    `!records search purpose: WHY; QUERY` finds what was said.
records-search-usage =
    Write `!records search purpose: WHY; QUERY`. The purpose is kept. A query has words, `"a phrase"`, `begin*`,
    `sender:@asha:nic.example`, `room:!ROOM`, `from:2026-01-31`, `to:2026-02-28`, `kind:message` (or `kind:file`,
    `kind:edit`, `kind:reaction`, `kind:state`); all of it must hold. `page:2` gives the next results.
records-search-outside = Searching is for the people of the organisations that are linked here.
records-search-private = What was found is told in a direct chat, which is encrypted. The search and its purpose are kept.
records-search-here = The search and its purpose are kept.

## Why nothing is told privately. Said to the person who asked

records-chat-left =
    You have left the direct chat with this bot. Begin a new one, encrypted, and ask there.
records-chat-unencrypted =
    Your direct chat with this bot is not encrypted, and what was found is not told in clear. Switch encryption on in
    its settings, or begin an encrypted chat, and ask again.
records-chat-others =
    Somebody else is in your direct chat with this bot, or invited, and what was found is for you alone. Begin a new
    one, encrypted, and ask there.

## What is wrong with a query

records-query-empty = Say what is looked for: words, `sender:` or `kind:`.
records-query-long = A query has at most { $characters } characters and { $most } parts.
records-query-short = { $beginning } is the beginning of too many words; give at least { $least } letters.
records-query-many = More than { $most } words begin with { $beginning } ; give more letters.
records-query-sender = sender: wants a whole Matrix id, such as `@asha:nic.example`, not { $given }
records-query-room = room: wants the id of a room, which begins with an exclamation mark, not { $given }
records-query-day = from: and to: want a day, such as `2026-01-31`, not { $given }
records-query-kind = kind: is one of { $known }, not { $given }

## What was found. $query: what was asked; $when: day and time; $sender: a Matrix id; $room: a link

records-search-none = Nothing was found for { $query } .
records-search-found = Found for { $query } , page { $page }, newest first:
records-search-more = There is more: ask the same with `page:` and { $page } behind it.
records-hit-room = In { $room }
records-hit = **{ $when } { $sender }**: { $said }
records-hit-beside = { $when } { $sender }: { $said }

## Alarms, to administrators in their room

record-log-broken =
    The log of the record of { $organisation } is not what was signed of it, and no checkpoint is signed any more. Run
    `setu records verify`, which names the rows, and keep the checkpoint files safe.
record-no-timestamp = The timestamp authority does not confirm the checkpoints at present: { $reason }
