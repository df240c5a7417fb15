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

## Holds. $hold: the number of one; $by: who; $when, $until: day and time

records-hold-usage =
    For records officers: `!records hold add matter: WHAT; authority: WHO ORDERED IT; reason: WHY; persons: @USER;
    rooms: !ROOM; words: WORDS; from: 2026-01-31; to: 2026-02-28` holds what fits all that is given, past and future (of
    several persons, rooms or words any). `!records hold list`, `!records hold release NUMBER reason: WHY`, and, until
    it has ended, `!records hold keep NUMBER reason: WHY`.
records-hold-added =
    Hold { $hold } is in force, for what was said and what will be said. To let it go takes two officers:
    `!records hold release { $hold } reason: WHY`.
records-hold-asked = You have asked to release hold { $hold } . It holds until another officer releases it too.
records-hold-agreed =
    Hold { $hold } is released by two officers, and holds until { $until } . Until then either of you may take that
    back: `!records hold keep { $hold } reason: WHY`.
records-hold-taken-back = The release of hold { $hold } is taken back. It holds as before.
records-hold-private = The holds are told in a direct chat, which is encrypted. That you asked is kept.
records-hold-here = That you asked is kept.

## Why nothing was done

records-hold-key =
    A hold has matter:, authority:, reason:, and of persons:, rooms:, words:, from:, to: at least one, each once, with ;
    between them. This is not one of them, or stands there twice: { $given }
records-hold-lacks = Say { $key } in 1 to { $most } characters. It is kept, sealed.
records-hold-everything = Say what is held: at least one of persons:, rooms:, words:, from: and to:.
records-hold-backwards = The day after from: is not after the one behind to:.
records-hold-person = persons: wants whole Matrix ids, such as `@asha:nic.example`, not { $given }
records-hold-how-many = Behind { $key } stand one to { $most } .
records-hold-words = There is no word behind words:.
records-hold-unknown = There is no hold { $hold } of your organisation. `!records hold list` tells which there are.
records-hold-same-person =
    You have asked for the release of hold { $hold } yourself. Another officer must release it too, under an account of
    their own.
records-hold-cools-already = Hold { $hold } is released already, and cools off.
records-hold-ended = Hold { $hold } has ended. To hold the same again, add a new one.
records-hold-not-released = Nobody has released hold { $hold } .
records-hold-not-yours = Only who released hold { $hold } may take that back. To hold the same, add a new one.
records-hold-meanwhile = Somebody else has done something with hold { $hold } just now. Look at it again.

## A hold as it is listed. $given: a list

records-hold-none = Nothing is held.
records-hold-order = **Hold { $hold }**: { $matter } . By order of { $authority } ; added by { $by }, { $when }
records-hold-closed = **Hold { $hold }**: its words cannot be opened; it holds what fits else. Added by { $by }, { $when }
records-hold-persons = By { $given }
records-hold-rooms = In { $given }
records-hold-terms = With { $given }
records-hold-days = From { $since } to { $until }
records-hold-holds = It holds.
records-hold-is-asked =
    It holds. { $by } asked to release it; another officer may agree: `!records hold release { $hold } reason: WHY`.
records-hold-is-cooling =
    It is released, and holds until { $until } . `!records hold keep { $hold } reason: WHY` takes that back.
records-hold-has-ended = It has ended, { $until } .
records-hold-more = There are { $holds } more, older; `setu records hold list` tells them all.

## Alarms, to administrators in their room

record-log-broken =
    The log of the record of { $organisation } is not what was signed of it, and no checkpoint is signed any more. Run
    `setu records verify`, which names the rows, and keep the checkpoint files safe.
record-no-timestamp = The timestamp authority does not confirm the checkpoints at present: { $reason }
