# What the identity bot says, in English: the text that every other language translates, under the same name. The rules
# for writing texts stand at the beginning of the bridge's own en.ftl.

## To a person, about a room in which they are: the steps of the ladder. $room: a link to it, which clients show by its name

id-told =
    In { $room }, a government room, everyone is asked to say who they are. Please write here:
    `!id me NAME; DESIGNATION; ORGANISATION`. For example: Asha Verma; Joint Secretary; Ministry of Home Affairs.
id-reminded =
    A reminder: it is not known yet who you are. Please write here: `!id me NAME; DESIGNATION; ORGANISATION`. Otherwise
    you will, after some time, be able to read { $room } , but not to write in it.
id-restricted =
    Since it is still not known who you are, you can now read { $room } , but not write in it. As soon as you write
    here `!id me NAME; DESIGNATION; ORGANISATION`, you can write again.
id-asked =
    It is still not known who you are. Please leave { $room } , or write here `!id me NAME; DESIGNATION; ORGANISATION`;
    otherwise you will be removed from it.
id-removed =
    You were removed from { $room } , since it is not known who you are. If you write here
    `!id me NAME; DESIGNATION; ORGANISATION`, you will be invited again.
id-removed-reason = It is not known who you are; the bot { $bot } can be told in a direct chat
id-external-asked =
    The room { $room } is not open to people of other servers. Please leave it; otherwise you will be removed. If you
    think that this is a mistake, ask a moderator of the room.
id-external-removed =
    You were removed from { $room } : it is not open to people of other servers. If you think that this is a mistake,
    ask a moderator of the room.
id-external-removed-reason = This room is not open to people of other servers
id-not-open-to-externals = This room is not open to people of other servers
id-restored = Thank you. It is known now who you are; you can write in the room as before.

## To a person, about how they speak

id-no-authority =
    Your message reads as if the government spoke in it. Unless you are authorised, please say that it is your own
    view; who is authorised writes `!id official SUBJECT` before.
id-official-over = The time is over for which you spoke officially. What you write from now on is your own view.
id-claim-ends = What is known of you counts until { $day }. Please say it anew: `!id me NAME; DESIGNATION; ORGANISATION`.
id-verified-you = An identity officer has verified who you are: **{ $name }**.
id-refused-you = An identity officer could not verify who you are: { $why }. You can say it anew with `!id me`.

## Around the copies of messages. $subject: about what somebody speaks officially

id-badge = [Official: { $subject }]
id-disclaimer = The writer's own view, not that of the government.

## Answers to commands. $name: a name with designation and organisation; $user: a Matrix id

id-not-in-use = In this installation nobody is asked who they are. An administrator can set it under `bots.identity`.
id-help = `!id me NAME; DESIGNATION; ORGANISATION` says who you are · `!id who @USER` tells who somebody is · `!setu language hi`
id-help-room =
    Here also: `!id official SUBJECT for 2h` and `!id personal`, for who is authorised; for moderators `!id room`,
    `!id preview`, `!id undo @USER`
id-help-officer = For officers: `!id pending` · `!id verify @USER` · `!id refuse @USER WHY` · `!id roster`
id-me-usage =
    Write `!id me NAME; DESIGNATION; ORGANISATION`, and if you like `; OFFICE` behind. For example:
    Asha Verma; Joint Secretary; Ministry of Home Affairs.
id-me-odd = That cannot be shown as a name: { $why }.
id-too-long = each part has at most { $most } characters
id-unseen-sign = it has a character that nobody sees ({ $sign }); type it anew, without copying
id-in-roster = You stand in the roster already: { $name }. If that is wrong, tell those who keep the roster.
id-claimed = Noted: **{ $name }**. An identity officer will verify it.
id-nothing-pending = Nobody waits to be verified.
id-pending-line = { $user } says: **{ $name }**, on { $day }
id-pending-line-rivals = { $user } says: **{ $name }**, on { $day }; the same is known of, or said by: { $others }
id-verify-usage = Write `!id verify @USER`, and if you like for how long: `!id verify @USER for 90d`.
id-refuse-usage = Write `!id refuse @USER WHY`.
id-no-claim = That person has said nothing that waits to be verified; `!id pending` names who has.
id-claim-changed =
    Since you last looked, { $user } says something else: **{ $name }**. Look again with `!id pending`, then decide.
id-not-oneself = Nobody verifies what they say of themselves; another officer has to.
id-claimed-by-others =
    The same is known of, or said by: { $others }. If { $user } is meant all the same, write `!id verify @USER anyway`.
id-verified = Verified for { $days ->
        [one] one day
       *[other] { $days } days
    }: { $user } is **{ $name }**.
id-refused = Refused; { $user } is told why.
id-who-usage = Write `!id who @USER`, with the whole Matrix id, such as `@asha:nic.example`.
id-who-unknown = { $user } has not said who they are.
id-who-claimed = { $user } says: **{ $name }**. Nobody has verified it.
id-who-verified = { $user } is **{ $name }**, verified.
id-who-external = They are of a server that is not of the government.
id-who-resembles = Take care: they call themselves like { $official }, who is somebody else.
id-official-usage =
    Write `!id official SUBJECT` or `!id official SUBJECT for 2h`; a subject has at most { $most } characters.
id-official-too-long = One speaks officially for at most { $longest } at a time.
id-official-begun = Until { $time } you speak officially about **{ $subject }** in this room. `!id personal` ends it.
id-personal = You speak for yourself again.
id-personal-already = You speak for yourself; nothing was changed.
id-room =
    Who people are: { $enforce }, enough is { $enough } · people of other servers: { $externals } · notices: { $notices } ·
    public: { $public }. To change: `!id room KEY VALUE`.
id-room-usage = Write `!id room KEY VALUE`, or `!id room reset`. There are: { $choices }
id-not-of-two = A chat of two people has no rules of its own.
id-preview-nobody = Nobody here is on the ladder: it is known of all who they are, or nothing is asked of them.
id-preview-line = { $user }: { $now }; next { $next }, on { $when }
id-preview-end = { $user }: { $now }; nothing more comes
id-preview-more = { $times ->
        [one] … and one more.
       *[other] … and { $times } more.
    }
id-undo-usage = Write `!id undo @USER`.
id-undo-nothing = Nothing was done to that person here.
id-undone = Taken back. { $user } can write here, and is left alone from now on.
id-roster = In the rosters: { $people ->
        [one] one person
       *[other] { $people } people
    }, { $problems ->
        [one] one remark
       *[other] { $problems } remarks
    }.
id-roster-problem = { $problem }
id-roster-accepted = The rosters are believed as they are now, at the next look.

## The steps, as parts of a sentence

id-step-none = nothing yet
id-step-told = told
id-step-reminded = reminded
id-step-restricted = may not write
id-step-asked = asked to leave
id-step-removed = removed

## To the security room and to administrators

id-resembles = { $person } calls themselves like { $official }, who is somebody else: { $how }
id-how-invisible = with characters that nobody sees
id-how-confusable = with characters that look like others
id-how-title = the same name with a title or a post
id-how-same-name = the same name
id-same-picture = { $person } shows the picture of { $official }, who is somebody else
id-would = simulated in { $link }: somebody would be { $step }
id-powerless =
    { $bot } may not restrict people in { $room }: that takes power level { $level } there
id-crowded =
    in { $room } people cannot be restricted: { $restricted } who may not write and { $others } who may are too many to be
    named
id-claims-wait = { $number ->
        [one] one person waits
       *[other] { $number } people wait
    } to be verified; `!id pending` names them
id-roster-wrong = { $times ->
        [one] a roster has an error
       *[other] the rosters have { $times } errors
    }: { $first }
