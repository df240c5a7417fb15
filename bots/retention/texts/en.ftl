# What the retention bot says, in English: the text that every other language translates, under the same name. The rules
# for writing texts stand at the beginning of the bridge's own en.ftl.

## Answers to commands

records-help =
    What is said in rooms that are linked is kept on record, and in others where it was said so. `!records status`
    tells how the record of a room stands. For records officers: `!records search purpose: WHY; QUERY` finds what was
    said, `!records export room:!ROOM purpose: WHY` hands it over with proofs, `!records hold` keeps it from disposal.
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
records-hit-also = (also in { $rooms })
records-hit = **{ $when } { $sender }**: { $said }
records-hit-beside = { $when } { $sender }: { $said }
records-hit-file = ↳ in the text of the file { $name }: { $said }

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

## Exports. $export: the number of one; $room: the id of a room; $why: one of the reasons below

records-export-usage =
    For records officers: `!records export room:!ROOM purpose: WHY` has what is on record of a room handed over to you,
    with proofs. Before the purpose may stand `from:2026-01-31`, `to:2026-02-28`, `person:@asha:nic.example` and
    `format:html,csv` (of `jsonl,html,eml,csv,pdf`); behind it, after a semicolon, words as in a search.
    `!records export` tells how yours stand, `!records export cancel NUMBER` ends one. The purpose is kept.
records-export-outside = Exports are for the people of the organisations that are linked here.
records-export-private = You are answered in a direct chat, which is encrypted. Each export and its purpose are kept.
records-export-here = Each export and its purpose are kept.
records-export-asked =
    Export { $export } of room { $room } is asked for. You are told here when it begins, and it is handed over here.
records-export-cancelled = Export { $export } is cancelled.
records-export-none = You have asked for no export yet.

## Why an export is not begun or cancelled

records-export-option =
    Before purpose: stand room:, from:, to:, person: and format:, each once and with its value right behind the colon.
    This is not one of them, or stands there twice: { $given }
records-export-backwards = The day behind from: comes after the one behind to:.
records-export-person = person: wants a whole Matrix id, such as `@asha:nic.example`, not { $given }
records-export-format = format: is a list with commas of { $known }, not { $given }
records-export-no-folder =
    No export can be handed over in chat, since `media.folder` is not set in the configuration, where it would wait
    sealed. An administrator can name a folder, or export at a terminal: `setu records export`.
records-export-nothing =
    Nothing is on record of that room that was seen through your homeserver. Look at the id in the room's settings.
records-export-one =
    Export { $export } is in hand, and an officer has one at a time. Wait for its end, or end it:
    `!records export cancel { $export }`.
records-export-unknown = You have no export { $export } . `!records export` tells which there are.
records-export-over = Export { $export } is over already.
records-export-too-late = Export { $export } is on its way to you, and cannot be cancelled any more.

## A line of the list, and how one stands. $when: day and time; $purpose: as it was said; $standing: one of the next

records-export-line = **Export { $export }** of room { $room }, asked for at { $when } ({ $purpose }): { $standing }
records-export-waits = it waits for its turn, or for your homeserver.
records-export-prepares = it is being prepared.
records-export-counts = it is being prepared; { $written } of { $selected } records are written.
records-export-on-its-way = it is prepared, and on its way to you.
records-export-stuck = it is prepared, and cannot be handed over for now:
records-export-handed-over = it was handed over.
records-export-came-to-nothing = it came to nothing:
records-export-cancelled-before = it was cancelled.

## What is said while it is made and handed over

records-export-begun = Export { $export } of room { $room } is being prepared.
records-export-failed = **Export { $export }** of room { $room } came to nothing:
records-export-terminal = At a terminal of the installation an administrator can make it: `{ $command }`
records-export-is-stuck =
    Your **export { $export }** is prepared and cannot be handed over for now. It is kept, sealed, for
    { NUMBER($days, maximumSignificantDigits: 3) } days, and handed over when that is mended. The reason:
records-export-done = **Export { $export }** of room { $room } follows.
# $facts: what the record tells beside what was said; $files: those of messages; $missing: those that are not kept.
records-export-holds =
    Records: { $records }; facts about them: { $facts }; files of messages: { $files } (not to be had: { $missing });
    entries that could not be read, each with the reason: { $unread }. Forms: { $forms }.
records-export-parts = It comes in { $parts } files, each a whole ZIP: unpack all of them into one folder.
records-export-part = { $name } has the SHA-256 { $sha256 }
# $export: a number of the log.
records-export-verify =
    To verify it, unpack it and run `python verify.py . --key KEY`, with the key of the log as the administrators tell it.
    In the log it is export { $export } . Setu keeps no copy; what you unpack is in clear, so keep it as what it holds.
records-export-read = To read it, open `index.html` when it is unpacked.

## Why it came to nothing, or is stuck

records-export-too-many =
    It would have { $selected } records, and in chat one has at most { $most }. Ask for fewer with `from:`, `to:`,
    `person:` or words, or for one month after the other.
records-export-too-large =
    A file of it has more than the { NUMBER($mebibytes, maximumSignificantDigits: 3) } MiB that your homeserver takes. Ask
    for less with `from:` and `to:`.
records-export-many-parts =
    Your homeserver takes so little at once that it would come in { $parts } files, and it may come in at most { $most }.
    Ask for less with `from:` and `to:`.
records-export-no-pdf = PDF cannot be made on this installation. Ask again without `pdf`; the HTML pages can be printed.
records-export-query = A beginning in the query is that of too many words. Ask again with more letters of it.
# $why: technical, English.
records-export-disk =
    A folder into which it is written cannot be used: { $why }. Tell an administrator, who makes room in
    `bots.retention.export.folder` and `media.folder`; then ask again.
records-export-not-whole =
    It is not whole or does not verify, and is not handed over. Tell an administrator, who runs `setu records verify`,
    which says what is wrong.
records-export-crashed =
    It broke off again and again while it was prepared. Tell an administrator, who finds the reason in the log of the
    program; then ask again.
records-export-refused =
    Your homeserver does not take it: { $why }. Tell an administrator, who mends that and runs `setu retry`.
records-export-gone =
    Its files are no longer in `media.folder`. Cancel it with `!records export cancel NUMBER`, and ask again.
records-export-no-role = No roster says any more that you are a records officer.
records-export-expired =
    It could not be handed over for { NUMBER($days, maximumSignificantDigits: 3) } days, and is kept no longer. Ask again.

## That a room is recorded. $organisation: by whom, as people call it

records-begins =
    From now on what is said in this room is kept on record by **{ $organisation }**, with what was said here before as
    far as it is known. `!records status` tells more.
# To a new member. $room: the room's id.
records-welcome =
    You have joined { $room }. What is said there is kept on record by **{ $organisation }**, and stays there when it is
    deleted. Write `!records status` in the room to learn more.
# $since: a day.
records-status = { $entries ->
        [one] This room is recorded by **{ $organisation }** since { $since }; there is one entry.
       *[other] This room is recorded by **{ $organisation }** since { $since }; there are { $entries } entries.
    }
records-status-gaps = { $gaps ->
        [0] Nothing is missing.
        [one] One entry could not be read or is missing; it is known which.
       *[other] { $gaps } entries could not be read or are missing; it is known which.
    }
# $at: day and time.
records-status-signed = The record was last signed at { $at }: what is changed after that is found out.
records-status-ask = Whom to ask: { $contact }
records-status-whom = Your organisation's records officer answers questions about it.
records-status-soon = This room is recorded by **{ $organisation }**; nothing is on record yet.
records-status-not = This room is not recorded. `!records status` tells of the room in which it is written.

## Timers after which messages vanish. Said in the room, with a mention of its moderators

records-timer =
    A timer was set in this room, after which messages vanish. They stay on record. Official matter should not vanish:
    a moderator can remove the timer in the room's settings.
records-timer-back =
    A timer was set in this room, after which messages vanish. It is set back to what was before; the record keeps
    everything.
records-timer-no-power =
    A timer was set in this room, after which messages vanish. It cannot be set back, since this bot has no power to.
    They stay on record; a moderator can remove the timer.
records-timer-stays =
    A timer was set in this room again, after which messages vanish. It is left as it is now, and an administrator is
    told. Messages stay on record.
records-timer-message =
    Messages are sent in this room that are to vanish after a time. They stay on record. This is said once a day.

## Alarms, to administrators in their room

record-log-broken =
    The log of the record of { $organisation } is not what was signed of it, and no checkpoint is signed any more. Run
    `setu records verify`, which names the rows, and keep the checkpoint files safe.
record-not-signed =
    No checkpoint of the record is signed, and nothing of it is looked at, since that fails: { $reason }. Run
    `setu records verify`, which names what cannot be read.
record-row-changed =
    The record of { $organisation } is not as it was recorded: { $row }: { $what }{ $leaf ->
        [-1] .
       *[other] {" "}(leaf { $leaf }).
    } What was not signed yet is not signed
    while this is so. Run `setu records verify`, which names every such row, and keep the checkpoint files safe.
record-no-media-folder =
    Files of recorded rooms are not kept, since `media.folder` is not set in the configuration. Name a folder, and they
    are fetched as far as they are still there.
record-no-timestamp = The timestamp authority does not confirm the checkpoints at present: { $reason }
# $room: its id; $times: a number.
records-timer-fight =
    In room { $room } of { $homeserver } somebody sets a timer again and again, after which messages vanish. It was set
    back { $times } times in a day, and now stays. Messages stay on record; talk with the room's moderators.
