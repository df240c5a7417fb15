-- What became of each event of a linked room, how far each room was compared with its homeserver, and history.

create table crossing (                            -- one row for each journal entry of a linked room and each other end
    room bigint not null,
    endpoint bigint not null references endpoint,
    pos bigint not null,
    fate text not null check (fate in ('ordered', 'kind', 'ours', 'been_there', 'nobody', 'nothing', 'past',
                                       'taken_back', 'unlinked')),   -- each is explained in bridge.model.Fate
    order_id bigint,                               -- the last of its orders: what became of that became of the event
    primary key (room, endpoint, pos),
    check ((order_id is not null) = (fate = 'ordered'))
);

create table compared (                            -- up to where a room's journal was compared with its homeserver
    endpoint bigint primary key references endpoint,
    event_id text not null,                        -- everything up to this event is journalled
    at timestamptz not null default now()
) with (fillfactor = 50);

create table gate (                                -- a room that a follower may not read yet
    follower text not null,
    room bigint not null references room,
    primary key (follower, room)
);

create table history (                             -- what was said in a room before it was linked, if it is carried over
    endpoint bigint primary key references endpoint,
    most bigint check (most > 0),                  -- how many messages, the last ones; null for all
    state text not null default 'wanted'           -- wanted, read into the journal, laid into the outbox
        check (state in ('wanted', 'read', 'laid')),
    total bigint not null default 0,               -- entries of it in the journal
    laid_state bigint not null default 0,          -- pos of the last entry of the room's state that is laid
    laid bigint not null default 0                 -- pos of the last entry of what was said that is laid
);
