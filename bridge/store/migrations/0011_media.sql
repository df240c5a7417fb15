-- Files of messages, kept sealed in the media folder. The bytes are kept once in a room and class; addresses lead to them.
-- Addresses are what people wrote: they stand here as keyed hashes, as do the bytes.

create table media_file (                          -- what lies in the folder
    room bigint not null references room,
    class text not null,
    content bytea not null,                        -- a keyed hash of the bytes, in their room and class
    name text not null,                            -- in the folder; never given twice
    size bigint not null check (size >= 0),
    sealed_digest bytea not null,                  -- SHA-256 of what lies there, for proofs
    kept_at timestamptz not null default now(),
    kek bigint not null references kek,
    wrapped bytea not null,
    sealed bytea not null,                         -- its key, and the SHA-256 of its bytes
    primary key (room, class, content)
);

create table media (                               -- what somebody wants kept
    room bigint not null references room,
    mxc bytea not null,                            -- a keyed hash of the address
    state text not null default 'wanted' check (state in ('wanted', 'kept', 'absent')),
    most bigint not null,                          -- bytes beyond which nobody wants it
    asked int not null default 1,                  -- how often it was asked for, each time for more bytes
    why text,                                      -- it is absent, in technical words
    class text,
    content bytea,
    wanted_at timestamptz not null default now(),
    settled_at timestamptz,
    primary key (room, mxc),
    foreign key (room, class, content) references media_file,
    check (case state when 'wanted' then content is null and why is null
                      when 'kept' then content is not null and class is not null and why is null
                      else content is null and why is not null end)
);
create index media_of_file on media (room, class, content);
