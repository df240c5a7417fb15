-- The ground: sealed keys, the journal and its followers' bookmarks, links and people, the outbox.
-- Ids, times, membership and counts are in clear; whatever a person wrote is sealed (columns named "sealed").

create table site (
    one boolean primary key default true check (one),
    id uuid not null default gen_random_uuid(),
    master_fingerprint bytea                       -- of the master key that everything here stands on
);
insert into site default values;

create table kek (                                 -- key-encryption keys, each wrapped under the master key
    id bigint generated always as identity primary key,
    room bigint not null,                          -- room.id, or 0 for what belongs to no room
    class text not null,                           -- retention class; 'unclassified' until a record has one
    period date not null,                          -- first day of its month (UTC)
    wrapped bytea not null,
    unique (room, class, period)
);

create table room (                                -- one homeserver's view of one Matrix room
    id bigint generated always as identity primary key,
    homeserver text not null,
    room_id text not null,                         -- '' gathers what names no room
    head bigint not null default 0 check (head >= 0),   -- pos of its last journal entry; followers never lock it
    unique (homeserver, room_id)
) with (fillfactor = 50);

create table seen (                                -- "stored once", whatever the month
    room bigint not null,
    event_id text not null,
    pos bigint not null,
    primary key (room, event_id)
);

create table journal (                             -- append only
    room bigint not null,
    pos bigint not null check (pos > 0),           -- dense within the room, in the order of commits
    received_at timestamptz not null,
    source text not null check (source in ('push', 'state', 'messages', 'gap')),
    late boolean not null default false,
    cites bigint,                                  -- pos of the entry that this one completes
    event_id text not null,                        -- the event's own, or 'mac:…' where it has none that can be stored
    type text,
    sender text,
    membership text,
    sent_at timestamptz,
    sealed bytea not null,                         -- the event's bytes, exactly as they came
    primary key (room, pos, received_at)
) partition by range (received_at);
create table journal_rest partition of journal default;

create table event_key (                           -- the one mutable row of a journalled event
    room bigint not null,
    pos bigint not null,
    kek bigint not null references kek,
    wrapped bytea not null,
    primary key (room, pos)
);

create table bookmark (                            -- how far a follower has read a room
    follower text not null,
    room bigint not null references room,
    pos bigint not null default 0 check (pos >= 0),
    primary key (follower, room)
) with (fillfactor = 50);

create table refusal (                             -- transactions that could not be understood, and how often
    homeserver text not null,
    txn_id text not null,
    times int not null default 1,
    primary key (homeserver, txn_id)
);

create table gap (                                 -- what we know that we could not read, and why
    id bigint generated always as identity primary key,
    room bigint not null references room,
    pos bigint,                                    -- the entry it annotates; null where none is here
    event_id text,                                 -- names an absent event, where its id is known
    follower text,                                 -- who set it aside, where a follower did
    reason text not null,
    since timestamptz not null default now(),
    healed_at timestamptz
);
create index gap_of_room on gap (room) where healed_at is null;

create table alarm (                               -- one row per cause
    cause text primary key,
    what text not null,
    times bigint not null default 1,
    since timestamptz not null default now(),
    last_at timestamptz not null default now()
);

create table endpoint (                            -- a room as one end of links; also a lane of the outbox
    id bigint generated always as identity primary key,
    homeserver text not null,
    room_id text,                                  -- null until Setu has made it
    state text not null default 'opening' check (state in ('opening', 'uninvited', 'open', 'left')),
    why text,
    unique (homeserver, room_id)
);

create table link (
    id bigint generated always as identity primary key,
    name text not null unique,
    department bigint not null references endpoint,
    hub bigint not null references endpoint,
    without_verdict text not null check (without_verdict in ('closed', 'open')),
    active boolean not null default true,
    unique (department, hub)
);

create table member (                              -- who is in a room, as far as the journal tells
    room bigint not null references room,
    user_id text not null,
    membership text not null,
    pos bigint not null,                           -- of the journal entry that says so, and holds the name
    primary key (room, user_id)
);

create table ghost (                               -- a person of one homeserver, standing in on another
    homeserver text not null,
    user_id text not null,
    person text not null,
    name_mac bytea,                                -- keyed hash of the display name last asked for
    named_by bigint,                               -- the outbox row that asked
    primary key (homeserver, person),
    unique (homeserver, user_id)
);

create table ghost_in (                            -- where a ghost was brought in
    homeserver text not null,
    person text not null,
    endpoint bigint not null references endpoint,
    joined_by bigint not null,                     -- the outbox row that asked
    primary key (endpoint, person),
    foreign key (homeserver, person) references ghost
);

create table account (                             -- accounts made under our namespace, with the device that each has
    homeserver text not null,
    user_id text not null,
    device_id text not null,
    primary key (homeserver, user_id)
);

create table outbox (
    id bigint generated always as identity primary key,
    lane bigint not null references endpoint,      -- one in flight per lane, in the order of ids
    homeserver text not null,
    cause text not null unique,                    -- what asked for it, with the ordinal: the same is never asked twice
    kind text not null,
    as_user text not null,
    needs bigint[] not null default '{}',          -- dies with any of these
    state text not null default 'waiting' check (state in ('waiting', 'done', 'dead')),
    created_at timestamptz not null default now(),
    attempts int not null default 0,
    not_before timestamptz,
    kek bigint references kek,
    wrapped bytea,
    sealed bytea,                                  -- gone once done
    outcome text,                                  -- an event id or mxc address when done, the reason when dead
    check ((sealed is null) = (state = 'done'))
) with (fillfactor = 70);
create index outbox_waiting on outbox (lane, id) where state = 'waiting';
create index outbox_dead on outbox (lane) where state = 'dead';

create table copy (                                -- which event is whose copy
    room bigint not null,                          -- where the original stands
    event_id text not null,
    endpoint bigint not null references endpoint,
    copy_id text not null,
    copied_at timestamptz not null default now(),
    primary key (room, event_id, endpoint)
);
create index copy_of on copy (endpoint, copy_id);
