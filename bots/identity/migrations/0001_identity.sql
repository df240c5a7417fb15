-- Who people are: tags as they were from when to when, claims, speaking capacity, the ladder of those who do not say.
-- Ids, times and steps are in clear; names, offices and subjects are sealed.

create table identity_tag (                        -- append only but for `until`: who somebody was, and when
    id bigint generated always as identity primary key,
    user_id text not null,
    since timestamptz not null default now(),
    until timestamptz,                             -- null: it is so now
    status text not null check (status in ('verified', 'claimed', 'unknown')),
    external boolean not null,                     -- of a server that is not allowed
    resembles text,                                -- whose name they bear, where it is not theirs
    kek bigint not null,
    wrapped bytea not null,
    sealed bytea not null                          -- name, designation, organisation, office
);
create unique index identity_tag_now on identity_tag (user_id) where until is null;
create index identity_tag_then on identity_tag (user_id, since);

create table identity_claim (                      -- what somebody says of themselves
    id bigint generated always as identity primary key,
    user_id text not null,
    claimed_at timestamptz not null default now(),
    state text not null default 'open' check (state in ('open', 'verified', 'refused', 'replaced', 'over')),
    decided_by text,
    decided_at timestamptz,
    until timestamptz,                             -- how long a verified one counts
    reminded boolean not null default false,       -- that it ends
    name_mac bytea not null,                       -- of who is claimed to be, to find two who claim the same
    room bigint not null,                          -- under whose keys it is sealed: where it was said
    kek bigint not null,
    wrapped bytea not null,
    sealed bytea not null
);
create unique index identity_claim_now on identity_claim (user_id, state) where state in ('open', 'verified');
create index identity_claim_name on identity_claim (name_mac) where state in ('open', 'verified');

create table identity_capacity (                   -- who spoke officially in a room, from which entry to which
    id bigint generated always as identity primary key,
    room bigint not null references room,
    user_id text not null,
    began_pos bigint not null,
    began_at timestamptz not null default now(),
    until timestamptz not null,
    ended_pos bigint,                              -- the command that ended it, where one did
    ended_at timestamptz,                          -- also where time ended it
    kek bigint not null,
    wrapped bytea not null,
    sealed bytea not null                          -- the subject
);
create unique index identity_capacity_now on identity_capacity (room, user_id) where ended_at is null;
create index identity_capacity_of on identity_capacity (room, until);

create table identity_in (                         -- people, not bots or ghosts, who are in a room
    room bigint not null references room,
    user_id text not null,
    name_mac bytea,                                -- the display name that was last looked at
    primary key (room, user_id)
);
create index identity_in_person on identity_in (user_id);

create table identity_face (                       -- pictures of those whose tag is verified: a hint
    user_id text primary key,
    avatar_mac bytea not null
);
create index identity_face_of on identity_face (avatar_mac);

create table identity_shown (                      -- which tag stands in a room's state
    endpoint bigint not null references endpoint,
    user_id text not null,
    tag bigint not null references identity_tag,
    primary key (endpoint, user_id)
);

create table identity_ladder (                     -- those who do not say who they are, in a place: the hub's end, or a room's own
    place bigint not null references endpoint,
    user_id text not null,
    room bigint not null references room,          -- where they were met last
    kind text not null check (kind in ('unknown', 'external')),
    state text not null default 'open' check (state in ('open', 'out', 'cleared', 'pardoned')),
    done int not null default 0,                   -- rungs of the ladder
    since timestamptz not null default now(),      -- when the last of them was done
    due_at timestamptz,                            -- null: nothing comes any more
    restricted boolean not null default false,
    removed boolean not null default false,
    simulated boolean not null default false,      -- the rungs were done in words only
    primary key (place, user_id)
);
create index identity_ladder_due on identity_ladder (due_at) where state = 'open' and due_at is not null;
create index identity_ladder_of on identity_ladder (user_id);

create table identity_raised (                     -- rooms in which those who may write are named, since they are fewer
    endpoint bigint primary key references endpoint
);

create table identity_policy (                     -- what moderators said of a room in chat
    place bigint not null references endpoint,
    key text not null,
    value text not null,
    said_by text not null,
    said_at timestamptz not null default now(),
    primary key (place, key)
);

create table identity_roster (                     -- how many people a source had when it was last accepted
    source text primary key,
    people int not null,
    accept boolean not null default false          -- an administrator says that a loss is meant
);

create table identity_room (                       -- what was last said in a room's state of what it asks
    endpoint bigint primary key references endpoint,
    declared text not null,
    times int not null default 1
);
