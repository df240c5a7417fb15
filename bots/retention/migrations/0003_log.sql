-- The record as a log that can be proved: each organisation's records and audit entries are the leaves of one hash tree
-- (RFC 6962). What was on record without a leaf is written anew from the journal, which has all of it.

select set_config('search_path', current_schema() || ', pg_temp', true);

drop table record;
drop table record_head;
update bookmark set pos = 0 where follower = 'retention';

create table record (                              -- written once; each column is in the leaf, or is that
    organisation text not null,                    -- server name of the homeserver that the room was seen through
    seq bigint not null check (seq >= 0),          -- number of its leaf in the organisation's log
    leaf bytea not null,
    room bigint not null,
    room_seq bigint not null check (room_seq > 0), -- dense within the room: its completeness can be counted
    pos bigint not null,                           -- the journal entry that it records
    recorded_at timestamptz not null,
    received_at timestamptz not null,
    source text not null,
    late boolean not null,
    cites bigint,
    event_id text not null,
    type text,
    sender text,
    membership text,
    sent_at timestamptz,
    relation text,                                 -- what it is to another event, such as m.replace
    relates_to text,                               -- the id of that
    salt bytea not null,                           -- 16 random bytes, so that a hash tells nothing of what it hashes
    sealed_sha256 bytea not null,                  -- of the salt and the journal's sealed bytes
    clear_sha256 bytea,                            -- of the salt and the sealed clear text, where there is one
    primary key (room, room_seq, recorded_at),
    unique (organisation, seq, recorded_at)
) partition by range (recorded_at);
create table record_rest partition of record default;

create table record_head (                         -- the last record of each room
    room bigint primary key,
    room_seq bigint not null check (room_seq > 0),
    last_pos bigint not null check (last_pos >= room_seq)
) with (fillfactor = 50);

create table record_audit (                        -- what was done with the record: a leaf as well
    organisation text not null,
    seq bigint not null check (seq >= 0),
    leaf bytea not null,
    at timestamptz not null,
    actor text not null,                           -- the account that ran the command, or a Matrix id
    action text not null,
    room_id text,
    purpose text,
    detail text not null,                          -- one JSON object, exactly as the leaf has it
    salt bytea not null,
    primary key (organisation, seq)
);

create table record_log (                          -- the right edge of each log; its row is taken to append
    organisation text primary key,
    size bigint not null default 0 check (size >= 0),
    frontier bytea not null default ''             -- hashes of the complete subtrees, the largest first
) with (fillfactor = 50);

create table record_leaves (                       -- the leaf hashes, as they were appended
    organisation text not null,
    first bigint not null,                         -- number of the first of them
    hashes bytea not null,                         -- one after the other
    primary key (organisation, first)
);

create table record_node (                         -- complete subtrees of 2^8, 2^16, 2^24 … leaves
    organisation text not null,
    height smallint not null,
    index bigint not null,
    hash bytea not null,
    primary key (organisation, height, index)
);

-- What appends owns no right to change a row: only these move a head, and only onwards.

create function record_log_take(of text) returns table (size bigint, frontier bytea)
language plpgsql security definer set search_path from current as $$
begin
    return query select l.size, l.frontier from record_log l where l.organisation = of for update;
    if not found then
        insert into record_log (organisation) values (of) on conflict do nothing;
        return query select l.size, l.frontier from record_log l where l.organisation = of for update;
    end if;
end $$;

create function record_log_grow(of text, to_size bigint, edge bytea) returns void
language sql security definer set search_path from current as $$
    update record_log set size = to_size, frontier = edge where organisation = of and size < to_size;
$$;

create function record_head_move(of bigint, to_seq bigint, to_pos bigint) returns void
language sql security definer set search_path from current as $$
    insert into record_head (room, room_seq, last_pos) values (of, to_seq, to_pos)
    on conflict (room) do update set room_seq = to_seq, last_pos = to_pos where record_head.room_seq < to_seq;
$$;
