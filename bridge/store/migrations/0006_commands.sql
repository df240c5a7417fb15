-- Links made in chat: what was commanded and by whom, what waits for consent, what is paused; what administrators were told.

create table command (                             -- every command that was heard, also those that were denied
    room bigint not null references room,
    event_id text not null,                        -- the message: it is obeyed once, however often it is read
    sender text not null,
    verb text not null,                            -- '' where there is none such: what a person wrote is not kept here
    verdict text not null check (verdict in ('allowed', 'denied')),
    heard_at timestamptz not null default now(),
    primary key (room, event_id)
);

create table proposal (                            -- a link that the department's side asks for
    id bigint generated always as identity primary key,
    name text not null,
    department bigint not null references endpoint,
    hub bigint references endpoint,                -- null: Setu makes the room
    proposed_by text not null,
    proposed_at timestamptz not null default now(),
    state text not null default 'open' check (state in ('open', 'accepted', 'refused')),
    settled_by text,
    settled_at timestamptz,
    check ((state = 'open') = (settled_by is null))
);
create unique index proposal_open on proposal (name) where state = 'open';
create unique index proposal_of_room on proposal (department) where state = 'open';

create table pause (                               -- a stretch of a room's journal that a link does not carry
    id bigint generated always as identity primary key,
    link bigint not null references link,
    side text not null check (side in ('department', 'hub')),   -- who stopped it; the same side lets it go on
    room bigint not null references room,
    after bigint not null,
    up_to bigint,                                  -- null while it lasts
    until_start boolean not null default false,
    since timestamptz not null default now()
);
create unique index pause_now on pause (link, side, room) where up_to is null;
create index pause_of_room on pause (room, up_to);

alter table link drop constraint link_department_hub_key;   -- rooms of a stopped link may be linked under another name
create unique index link_of_rooms on link (department, hub) where active;

alter table alarm add told_at timestamptz;         -- when the admin room was last told
alter table alarm add told_over boolean not null default false;
