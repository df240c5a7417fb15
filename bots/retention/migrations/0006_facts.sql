-- What the record tells beside its entries. Each fact is an audit entry, and so a leaf of the log, written once with the
-- record of the entry that shows it; these views read them. What a fact says is in its detail, which names ids only.

create index record_audit_of_room on record_audit (room_id, organisation, action) where room_id is not null;
create index record_audit_of_event on record_audit (((detail::jsonb) ->> 'event'))
    where action in ('deleted', 'timer');
create index record_audit_unknown on record_audit (room_id, organisation)
    where action = 'deleted' and detail like '%"cause":"unknown"%';
create index record_relates on record (room, relates_to) where relates_to is not null;

create view record_deletion as                     -- one row for each redaction, and for what was purged or disposed of
    select distinct on (organisation, room_id, event_id, pos) *
    from (
        select organisation, room_id, seq, at, detail::jsonb ->> 'event' as event_id,
               (detail::jsonb ->> 'of')::bigint as event_pos, -- where the journal has what was deleted, if it has
               (detail::jsonb ->> 'entry')::bigint as pos,  -- of the redaction; null where there is none
               detail::jsonb ->> 'by' as by,                -- the account that did it in this room
               detail::jsonb ->> 'person' as person,        -- who did it, where that account is their ghost or our bot
               detail::jsonb ->> 'cause' as cause           -- bots/retention/facts/cause.py explains each
        from record_audit where action = 'deleted'
    ) d order by organisation, room_id, event_id, pos, seq desc; -- what was learned later counts

create view record_timer as                        -- timers of rooms as they changed, and of single messages
    select organisation, room_id, seq, at, (detail::jsonb ->> 'entry')::bigint as pos,
           detail::jsonb ->> 'event' as event_id, actor as by, detail::jsonb ->> 'what' as what,
           detail::jsonb ->> 'change' as change,            -- set, changed, removed; message
           (detail::jsonb ->> 'milliseconds')::bigint as milliseconds, (detail::jsonb ->> 'due')::bigint as due
    from record_audit where action = 'timer';

-- When something of a room's state came to hold, in an order that nobody's clock can upset: after which entry that was
-- pushed to us, then those that came otherwise by their time (rank 1). Half-open: [since, until).

create view record_presence as
    select organisation, room_id, user_id, kind, person, membership, since_pos, since_rank, since,
           until_pos, until_rank, until
    from (
        select *, lead(since_pos) over w as until_pos, lead(since_rank) over w as until_rank, lead(since) over w as until
        from (
            select *, lag(membership) over (
                partition by organisation, room_id, user_id order by since_pos, since_rank, since, entry
            ) as before
            from (
                select organisation, room_id, at as since, d ->> 'user' as user_id,
                       d ->> 'kind' as kind,                -- person, ghost or bot
                       d ->> 'person' as person,            -- whose ghost, where that is known
                       d ->> 'membership' as membership, (d ->> 'after')::bigint as since_pos,
                       (d ->> 'rank')::int as since_rank, (d ->> 'entry')::bigint as entry
                from (select *, detail::jsonb as d from record_audit where action = 'member') a
            ) told
        ) all_of_them
        where membership is distinct from before            -- a new name is no new membership
        window w as (partition by organisation, room_id, user_id order by since_pos, since_rank, since, entry)
    ) held
    where membership in ('join', 'invite', 'knock');

create view record_visibility as
    select organisation, room_id, visibility, since_pos, since_rank, since,
           lead(since_pos) over w as until_pos, lead(since_rank) over w as until_rank, lead(since) over w as until
    from (
        select organisation, room_id, at as since, d ->> 'visibility' as visibility,
               (d ->> 'after')::bigint as since_pos, (d ->> 'rank')::int as since_rank, (d ->> 'entry')::bigint as entry
        from (select *, detail::jsonb as d from record_audit where action = 'visibility') a
    ) told
    window w as (partition by organisation, room_id order by since_pos, since_rank, since, entry);
