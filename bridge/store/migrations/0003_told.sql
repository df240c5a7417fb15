-- What people and administrators were told, so that one cause is one notice, changed as it changes.

create table told (                                -- a sender whose messages do not arrive
    endpoint bigint not null references endpoint,  -- where the sender writes
    person text not null,
    why text not null,
    times int not null default 1,
    notice text not null,                          -- the cause of the order that told it first
    since timestamptz not null default now(),
    primary key (endpoint, person, why)
);

alter table alarm add over_at timestamptz;         -- null while it lasts
alter table alarm add notice text;                 -- the cause of the order that told it first
alter table alarm add told_times bigint not null default 0;
