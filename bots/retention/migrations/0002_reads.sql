-- Each read of the record is itself on record.

create table record_read (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    reader text not null,                          -- the account that ran the command
    room bigint not null,
    records bigint not null,                       -- how many were read
    purpose text not null
);
