-- What each log was, signed; the same stands in a file outside of the database.

create table record_checkpoint (
    organisation text not null,
    size bigint not null check (size > 0),
    note text not null,                            -- C2SP signed note of a tlog-checkpoint
    at timestamptz not null,
    primary key (organisation, size)
);

create table record_timestamp (                    -- an authority states when the checkpoint was there
    organisation text not null,
    size bigint not null,
    token bytea not null,                          -- RFC 3161 TimeStampResp over the note
    primary key (organisation, size)
);
