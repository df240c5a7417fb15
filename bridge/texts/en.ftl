# What Setu says in rooms, in English: the text that every other language translates, under the same name.
#
# Texts are Markdown of which clients show this much: **bold**, `code`. Words in braces are put in when the text is said;
# a name or an id that a person may have to copy stands with a space or a sign on both sides. What stands in `code` is
# typed as it is, and stays the same in every language. A long text goes on in the next line, after four spaces.
# How a text that counts is written: projectfluent.org/fluent/guide/selectors.html

## To everybody in a room

# Said when Setu comes into a linked room. $organisation: what people call those at the other end.
linked =
    This room is linked with **{ $organisation }**. What is said here is carried there under each writer's own name,
    and is kept on record.
# The room is encrypted, its copy is not.
unencrypted =
    What is said here is encrypted. Its copy at **{ $organisation }** is not: whoever runs the homeserver there can
    read it.
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
