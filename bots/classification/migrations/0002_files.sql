-- Files of messages on their way to a verdict. Their addresses stand here as in `media`: as keyed hashes.

create table classification_file (
    room bigint not null references room,
    pos bigint not null,
    n int not null,                                -- which one of the message's files
    mxc bytea not null,
    state text not null default 'waiting' check (state in ('waiting', 'judged')),
    asked_at timestamptz not null default now(),
    tries int not null default 0,                  -- how often somebody began to judge it
    not_before timestamptz,                        -- who began has until then; after that it is begun again
    kek bigint,
    wrapped bytea,
    sealed bytea,                                  -- its verdict; also that it could not be scanned, and why
    primary key (room, pos, n),
    check ((state = 'judged') = (sealed is not null and wrapped is not null and kek is not null))
);
create index classification_file_waiting on classification_file (asked_at) where state = 'waiting';

create table classification_overdue (              -- messages that went on without the verdict on all of their files
    room bigint not null references room,
    pos bigint not null,
    at timestamptz not null default now(),
    told_at timestamptz,                           -- the verdict came, and was handed on
    primary key (room, pos)
);
create index classification_overdue_untold on classification_overdue (at) where told_at is null;
