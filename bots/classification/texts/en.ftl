# What the classification bot says, in English. How these are written is said at the beginning of Setu's own en.ftl.
#
# Nothing here may tell a room that there is something to be found in it: its writer is told in private, the room in
# neutral words.

#  To the person who wrote it, in private. $what: one of the kinds below; $ceiling: a level, or mark-no-ceiling;
# $room: its id

mark-remind =
    Your message in { $room } carries { $what }. That room is for matter up to **{ $ceiling }**. If it should not be
    there,
    please delete it. `!mark why` in reply to this tells the grounds; `!mark wrong` says that it is a false alarm.
mark-remind-held =
    Your message in { $room } carries { $what }. That room is for matter up to **{ $ceiling }**, so the message was not
    carried to the other side; a security officer decides about it. If it should not be there at all, please delete it.
    `!mark why` in reply to this tells the grounds; `!mark wrong` says that it is a false alarm.
mark-remind-removed =
    Your message in { $room } carries { $what }. That room is for matter up to **{ $ceiling }**, so the message was
    removed
    there and on the other side. Please do not send it again; use the way that is meant for such matter, and delete
    copies
    on your devices. A security officer knows of it and may ask you. `!mark why` in reply to this tells the grounds;
    `!mark wrong` says that it is a false alarm.
mark-remind-more =
    More of what you write in { $room } carries what does not belong there: it is for matter up to **{ $ceiling }**.
    For an hour I do not tell you of each. `!mark why` in reply to a message tells the grounds.
mark-released-sender = A security officer has let your message in { $room } go to the other side.
mark-refused-sender = A security officer has decided that your message in { $room } does not go to the other side.
mark-foreign-mail =
    You gave a mail address of a provider abroad. For official work please use your official address, of a server in
    India;
    mail of providers with servers abroad is not allowed for it.
# $ceiling: a level.
mark-welcome =
    You have joined { $room }. It is for matter up to **{ $ceiling }**: nothing that is marked higher may be written
    there.
mark-exemption-over = The rule { $rule } counts again: the exemption for which you answer ended on { $until }.

## What was found. $level: a level, such as SECRET

mark-kind-marking = the marking **{ $level }**
mark-kind-credential = a password, key or token
mark-kind-data = data about persons or accounts that should be protected
mark-kind-unread = something that could not be checked
mark-no-ceiling = (none)

## To everybody in a room

# Said when something above the ceiling was written; it must not tell that.
mark-warn = A reminder: this room is for matter up to **{ $ceiling }**.
# In the topic, or pinned.
mark-shown = Up to { $ceiling }: nothing that is marked higher may be written here.

## To security officers. $number: the case; $user: who wrote it; $rules: ids of rules

mark-officer-held =
    Held **#{ $number }**: a message of { $user } in { $room } carries { $what } (ceiling { $ceiling }; { $rules }).
    It waits
    at the border: `!mark release { $number } WHY` or `!mark refuse { $number } WHY`.
mark-officer-incident =
    Incident **#{ $number }**: a message of { $user } in { $room } carries { $what } (ceiling { $ceiling }; { $rules }).
    `!mark incident { $number }` tells what is to be done.
mark-officer-more =
    More of what is written by { $user } or marked in { $room } is held, or an incident. For an hour I do not name each:
    `!mark held` and `!mark incidents` do.
mark-officer-contained =
    Incident #{ $number } is contained: every revision and copy was taken back. Other homeservers were asked to.
mark-officer-remains =
    Incident #{ $number }: something could not be taken back at { $homeservers }. `!mark incident { $number }` tells
    what
    remains and why; an administrator there has to remove it.
mark-officer-wrong = { $user } says that #{ $number } is a false alarm ({ $rules }).

## Answers to whoever asks

mark-not-in-use =
    In this installation no room has a ceiling. An administrator can set one under `bots.classification`.
mark-help =
    In reply to a notice or message: `!mark why` tells why something was held or removed, `!mark wrong` says that it
    is a
    false alarm · `!setu language hi`
mark-help-room =
    Here also: `!mark ceiling` tells what this room may carry; moderators set it, `!mark ceiling RESTRICTED`. In
    reply to a
    message: `!mark secret` marks it.
mark-help-officer =
    For officers: `!mark held` · `!mark release N WHY` · `!mark refuse N WHY` · `!mark incidents` · `!mark incident N` ·
    `!mark contain N WHY` · `!mark check N ITEM` · `!mark close N WHY` · `!mark lift N WHY` · `!mark would`
mark-which = Say this in reply to my notice, or to the message that it is about.
mark-which-number = Which one? Give its number; `!mark held` and `!mark incidents` name them.
mark-why = Case #{ $number }: I found { $what }; the room is for matter up to { $ceiling }. By: { $rules }.
# To a member who is neither the writer nor an officer, in their direct chat.
mark-why-member =
    A rule of the organisation spoke there ({ $rules }); that room is for matter up to **{ $ceiling }**. The writer
    was told
    the grounds.
# In the room, to whoever asked there.
mark-no-chat = You have left our direct chat, in which I would answer; invite me into a new one.
mark-why-in-private = I have answered you in our direct chat.
mark-ground = { $rule }: { $reason }. What would change it: { $change }.
mark-wrong-held = Thank you. The officers who decide about it are told that you call it a false alarm.
mark-wrong-noted = Thank you. It is counted as a false alarm of that rule.
mark-no-room = A ceiling belongs to a room in which I am.
mark-ceiling = This room is for matter up to **{ $ceiling }**.
mark-ceiling-none = This room has no ceiling.
mark-ceiling-set = From now on this room is for matter up to **{ $ceiling }**.
mark-ceiling-lower =
    Noted; but **{ $ceiling }** counts, since another room of the link, or the configuration, says lower.
mark-ceiling-denied = Only moderators of the room and security officers set its ceiling.
mark-level-unknown = There is no such level. There are: { $levels }.
mark-label-usage = Say this in reply to the message that you mark.
mark-label-unknown = I do not know that message, or it is one of a bot.
# In the room: it names no level.
mark-labelled = Noted; your mark counts from now on.
mark-lower-denied = Marking lower than before takes a security officer, in this room.
mark-lower-why = Marking lower takes a reason: `!mark LEVEL WHY`.

## Answers to officers

mark-not-here = Cases are spoken of in the security room, or in a direct chat with me.
mark-nothing-held = Nothing is held.
mark-held-line = Case #{ $number }: { $user } in { $room }, { $at }: { $what }
mark-no-incidents = There are no open incidents.
mark-incident-line = Incident #{ $number } ({ $state }): { $user } in { $room }, { $at }: { $what }
mark-state-open = open
mark-state-contained = contained
mark-state-closed = closed
mark-incident-readers = { $people ->
        [one] One person is in the rooms that it reached, of: { $servers }
       *[other] { $people } people are in the rooms that it reached, of: { $servers }
    }
mark-incident-waiting = { $times ->
        [one] One order to take it back is under way.
       *[other] { $times } orders to take it back are under way.
    }
mark-incident-remains = Remains at { $homeserver }: { $why }
mark-check-done = ✓ `{ $item }` { $what } ({ $user })
mark-check-open = ☐ `{ $item }` { $what }
mark-check-readers = who has read it was asked to delete it
mark-check-devices = phones, mail notifications and backups were thought of
mark-check-servers = administrators of other homeservers were asked to remove it
mark-check-owner = the owner of the information knows
mark-check-lesson = the sender knows what to do instead
mark-check-usage = Write `!mark check N ITEM`; the items are: { $items }.
mark-not-oneself = Nobody decides about what they wrote themselves; another officer has to.
mark-why-missing = A decision takes a reason: write it behind the number.
mark-not-held = Case #{ $number } is not held, or no more.
mark-released = Case #{ $number } goes on to the other side, with what depends on it.
mark-refused = Case #{ $number } stays on its side.
mark-containing = Incident #{ $number } is being taken back on both sides.
mark-contained-already = Incident #{ $number } was taken back already, or is being.
mark-no-incident = Incident #{ $number } is no open incident.
mark-not-contained = Incident #{ $number } is still being taken back.
mark-closed = Incident #{ $number } is closed.
mark-lifted = { $user } may write again.
mark-not-restricted = Nothing keeps { $user } from writing because of this.
# Of rules and rooms on trial, and of what was said long before it was judged. $days: a number.
mark-would =
    In the last { $days } days this was only counted, and not done (rules and rooms on trial, and messages that were old
    already):
mark-would-nothing = In the last { $days } days there was nothing that was only counted.
# $deed: one of those below; $times: messages; $rules, $rooms: ids, each with its number.
mark-would-line = { $deed }: **{ $times }** (by { $rules }; in { $rooms })
mark-would-note = noted
mark-would-remind = sender reminded
mark-would-warn = room warned
mark-would-hold = held at the border
mark-would-redact = taken back
mark-would-incident = incident opened
mark-would-restrict = sender kept from writing

## To whom the homeserver refuses what they were about to send, in the error that their client shows
## (`bots.classification.gate`). $level, $ceiling: levels, such as SECRET; $type: a kind of data, such as AADHAAR

mark-refused-marking =
    This was not sent: it bears the marking **{ $level }**, and this room is for **{ $ceiling }** at most. If you did
    not mean it as a marking, take it out and send it again; if you did, use the channel that is meant for it.
mark-refused-data =
    This was not sent: it seems to hold data of the kind **{ $type }**, which does not belong in this room. Take it out
    and send it again, or use the channel that is meant for it.
mark-refused-unjudged =
    This was not sent: it could not be checked just now. Send it again in a while; if that does not help, tell your
    administrator.

## Alarms

mark-policy-changed =
    In the room { $room } it was changed which server decides what may be sent there (`m.room.policy`): **{ $server }**
    now, by { $sender }. If that was not meant to be, set it back.
mark-policy-removed =
    In the room { $room } no server decides any more what may be sent there (`m.room.policy`): { $sender } took that
    away. If that was not meant to be, set it back.
