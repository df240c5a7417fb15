# What Setu says in rooms, in English: the text that every other language translates, under the same name.
#
# Texts are Markdown, of which there is **bold** and `code`. Words in braces are put in when the text is said; each has
# a space or a sign on both sides, so that a name or an id can be copied. What stands in `code` is typed as it is, and
# stays the same in every language. A long text goes on in the next line, after four spaces; that line begins with no
# *, [ or dot. How a text that counts is written: projectfluent.org/fluent/guide/selectors.html

## To everybody in a room

# Said when Setu comes into a linked room. $organisation: what people call those at the other end.
linked =
    This room is linked with **{ $organisation }**. What is said here is carried there under each writer's own name, and
    is kept on record.
# The room is encrypted, its copy is not.
unencrypted =
    What is said here is encrypted. Its copy at **{ $organisation }** is not: whoever runs the homeserver there can read
    it.
# $bot: the Matrix id of Setu's account in this room.
unreadable =
    Some messages in this room cannot be read by { $bot }, since their writers' devices have not given it the key. They
    are not carried to the other side, and the record holds them only as unreadable. If their writers open this room in
    their client once more, or write again, this mends itself.
came-in =
    Nothing is carried from this room yet. An administrator who is a moderator here can ask for a link:
    `!setu link NAME`.

## To the person who wrote what did not arrive. $name: their own name; $why: one of the reasons below

not-carried =
    { $name }, your message was not carried to **{ $organisation }**: { $why }. Whoever is in this room can read it;
    nobody there can.
not-carried-again = { $times ->
        [one] { $name }, one of your messages was not carried to **{ $organisation }**: { $why }.
       *[other] { $name }, { $times } of your messages were not carried to **{ $organisation }**: { $why }.
    }

## Why it did not arrive: the end of a sentence. "There" is the room at the other end

why-forbidden = the room there does not let you write
why-too-large = it is too large
why-too-large-for = it is too large; a file there has at most { NUMBER($mebibytes, maximumSignificantDigits: 3) } MiB
why-limit-exceeded = too much was sent at once
why-no-counterpart = what it refers to does not exist there
why-not-encrypted = the room there is not encrypted, and what is said here is not to be read by others
why-unknown = the homeserver there refused it

## Alarms, to administrators in their room. $what: one of the alarms below

alarm = **Alarm**: { $what }
alarm-times = **Alarm**: { $what } ({ $times }×)
alarm-over = **Over**: { $what }

# $homeserver: a server's name.
unreachable = { $homeserver } cannot be reached
cannot-deliver = { $homeserver } cannot deliver to us: { $error }; compare the registration's url and tokens
cannot-be-asked = { $homeserver } cannot be asked whether it reaches us: { $error }
# A transaction is what a homeserver sends us at once.
not-understood-json = { $homeserver }: transaction { $transaction } was no JSON
not-understood-large = { $homeserver }: transaction { $transaction } was too large
# $follower: a part of Setu that reads the journal; $room: a number.
entry-set-aside = { $follower } set an entry of room { $room } aside: { $reason }
unknown-signer = room { $room } receives copies by a bridge whose key is not in `mirror.trusted_signers`
linked-twice = room { $room } is linked to the same room by another bridge too: what is said arrives twice
forged-replacement = { $sender } wrote an event that looks like the replacement of room { $room } and is none
declined =
    { $homeserver }: { $sender } invited the bot into { $room }, which was declined; who may is told by `invite_from`
put-out = { $bot } was put out of { $room }: { $why }; invite it again, or unlink the room
# $link: a link's name; $limit: seconds.
unhandled = { $link }: what was said at { $homeserver } waits for longer than { $limit } s
# $why: one of the reasons in the next part.
parked = { $link }: nothing moves at { $homeserver }: { $why }
dead-letters = messages and other orders were refused for good; `setu status` names them
gaps = something is known to be missing or was set aside; `setu status` counts it, `setu reconcile` looks for it
waits-at = { $homeserver }: { $why }
media-folder = files are not kept in `media.folder`: { $why }; mend it, then `setu retry`
not-followed = { $homeserver }: the replacement of { $old } is not followed: { $why }
# What was kept before texts had names.
kept-words = { $text }

## Why nothing moves in a room

declined-invitation = the invitation was declined
removed-by = removed by { $sender }
banned-by = banned by { $sender }
invite-it = invite { $bot } into { $room }
invite-into-replacement = invite { $bot } into { $room }, which replaces { $old }
replaced-by = replaced by { $room }
replaced-another = { $room } replaced another room
room-opening = the room is being opened
room-left = the bot is not in the room
room-left-why = the bot is not in the room: { $why }
room-uninvited = waiting to be let in
room-uninvited-why = waiting to be let in: { $why }
not-taken = { $times ->
        [one] the homeserver does not take the next message (tried once)
       *[other] the homeserver does not take the next message (tried { $times } times)
    }

## Why a room is not followed into the one that says to replace it

replacement-no-tombstone = the room has no tombstone
replacement-another = the room's tombstone is another one
replacement-no-power = { $sender } has not the power to replace the room
replacement-elsewhere = { $room } is no other room of { $homeserver }
replacement-taken = { $room } is an end of a link already
replacement-no-invitation = nobody invited the bot into the replacement
replacement-inside = { $room }: { $why }
replacement-no-beginning = it has no beginning
replacement-names-no-old = it does not name the old room as the one before it
replacement-made-elsewhere = it was made on another homeserver
replacement-made-by = it was made by { $sender }, who has not the power to replace the old room
replacement-other-kind = it is another kind of room
replacement-unknown-end = it names an event of the old room that is none

## Commands: what may be asked for. Written in `code`, they are typed as they stand; NAME and the like are the reader's

help-admin-room =
    `!setu links` · `status [NAME]` · `accept NAME` or `refuse NAME` what a department asks for · `pause NAME`,
    `resume NAME` · `unlink NAME` · `language LANGUAGE` you read · `room-language LANGUAGE` of this room
help-department =
    `!setu link NAME [HUB_ROOM_ID]` asks the hub for a link of this room · `refuse NAME` takes that back · `links` ·
    `status` · `pause NAME`, `resume NAME` · `unlink NAME` · `language LANGUAGE` you read · `room-language LANGUAGE` of
    this room
help-hub =
    `!setu links` · `status` · `pause NAME`, `resume NAME` · `unlink NAME` · `language LANGUAGE` you read ·
    `room-language LANGUAGE` of this room

## Commands that are not obeyed

denied-not-admin = Only the administrators that Setu's configuration names may ask for that.
denied-no-role = Your role does not let you ask for that.
# $word: with which commands to this bot begin, such as !setu.
denied-not-here = That cannot be asked for in this room; `{ $word } help` tells what can.
denied-no-power = That takes a moderator of this room (power level { $power }).
denied-not-of-this-room = This room has no link of that name; `!setu links` names those that it has.

## Asking for a link. $name: the link's; $sender: a Matrix id

link-usage =
    Write `!setu link NAME` or `!setu link NAME HUB_ROOM_ID`. A name is of a-z, 0-9, `.`, `_` and `-`; a room id begins
    with `!`.
proposed = Asked for. An administrator of **{ $organisation }** has to accept it: `!setu accept { $name }`.
proposal =
    { $sender } of **{ $organisation }** asks to link the room { $room } as **{ $name }** with { $hub_room }. To
    consent: `!setu accept { $name }`; else `!setu refuse { $name }`.
# In place of $hub_room above.
new-room = a new room
asked-already = **{ $name }** has been asked for already and waits; `!setu refuse { $name }` takes it back.
accepted = **{ $name }** is linked.
refused = **{ $name }** is refused; nothing was linked.
refused-there = { $sender } refused the link **{ $name }**; nothing was linked.
no-proposal = Nothing of that name waits for consent; `!setu links` names what does.
asked-by-nobody = { $sender }, who asked for it, may not ask for it any more. Nothing was linked.
no-admin-room =
    There is nobody to ask for consent: Setu's configuration names no `admin_room`, or the bot has not been invited into
    it.
not-entered = { $bot } is not in the department's room any more; invite it first.
room-linked = This room is linked already, as **{ $name }**.
name-taken = Another link is, or was, named **{ $name }**; choose another name.
room-is-itself = That is this room itself.
room-not-to-be-linked = That room cannot be linked.
room-not-entered =
    { $bot } is in no room of that id. Room ids count letter by letter; whoever may do so there has to invite it first.

## Links that rest or end

no-link = There is no link of that name; `!setu links` names those that there are.
in-configuration = **{ $name }** stands in the configuration and ends for good only there. It is paused until Setu
    starts again.
unlinked = **{ $name }** is no longer linked. Nothing was deleted: both rooms and the record stay.
unlinked-there = { $sender } ended the link **{ $name }**. Nothing was deleted: this room and the record stay.
paused = **{ $name }** is paused. What is said from now on is not carried, also not later; it is on record.
    `!setu resume { $name }` lets it go on.
paused-there = { $sender } paused the link **{ $name }**: what is said from now on is not carried; it is on record.
paused-already = **{ $name }** is paused already.
not-paused = **{ $name }** is not paused.
paused-by-others = **{ $name }** is still paused by the other side, which alone can let it go on.
resumed = **{ $name }** goes on. Messages that were not carried meanwhile: { $times }.
resumed-there = { $sender } let the link **{ $name }** go on. Messages that were not carried meanwhile: { $times }.

## How links stand: a line for each link, one for each of its rooms

link-line = **{ $name }**: { $state } · { $room } · { $hub_room }
# In place of $state.
link-open = open
link-opening = opening
link-parked = parked
link-paused-by-department = paused by the department
link-paused-by-hub = paused by the hub
link-paused-by-both = paused by the department and the hub
# In place of $room or $hub_room.
no-room-yet = (no room yet)
# Mirrored: messages of this room that have arrived on the other side. Unhandled: what is yet to be looked at. The
# outbox holds what is yet to be done in this room; dead letters are what was refused for good.
side-line =
    { $homeserver }: mirrored { $mirrored } · oldest unhandled { $oldest } · outbox { $depth } · dead letters { $dead }
side-line-parked = { $line } · { $parked }
# In place of $oldest.
waits-seconds = { $seconds } s
waits-nothing = none
proposal-line = **{ $name }**: asked for by { $sender }, waits for consent
no-links = No link.
more-lines = { $times ->
        [one] … and one more line; `setu status` tells all.
       *[other] … and { $times } more lines; `setu status` tells all.
    }

## Choosing a language. $languages: their short names, such as en, hi

language-usage =
    Write `!setu language LANGUAGE` for yourself, or `!setu room-language LANGUAGE` for the room; `default` takes it
    back. Setu speaks: { $languages }.
language-unknown = Setu does not speak { $language }; it speaks: { $languages }.
# Each language names itself here.
language-chosen = Setu speaks English to you from now on.
room-language-chosen = Setu speaks English in this room from now on.
