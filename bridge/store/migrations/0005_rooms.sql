-- Direct chats, spaces and rooms that were replaced.

alter table endpoint add keeper text;              -- the ghost that stands in the room for our bot, which is not in it
alter table endpoint add replaced_by bigint references endpoint;   -- the room was upgraded: this end goes on in another

alter table link add source text not null default 'yaml' check (source in ('yaml', 'chat', 'direct'));

create table direct (                              -- a link between two people's rooms; the caller's is the first
    link bigint primary key references link,
    here bigint not null unique references endpoint,   -- the room that the caller made
    there bigint not null references endpoint,
    caller text not null,
    callee text not null,
    called_by bigint,                              -- the outbox row that invites the callee
    taken_back boolean not null default false      -- the caller changed their mind before the ghost came in
);

create table space (                               -- the space on the hub that holds a department's mirrored rooms
    department text primary key,
    endpoint bigint not null references endpoint,
    made_by bigint not null                        -- the outbox row that makes it
);
