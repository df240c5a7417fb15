-- Files of messages on record. That an entry names a file, that it is kept, and that it is not to be had are audit entries,
-- each a leaf of the log; this view reads them, the last word counting. Addresses are told as keyed hashes.

create view record_media as
    select distinct on (organisation, room_id, pos, n) *
    from (
        select organisation, room_id, (d ->> 'entry')::bigint as pos, -- the entry that names it
               (d ->> 'n')::int as n,                       -- which of its files
               case action when 'file' then 'waiting' when 'file-kept' then 'kept' else 'absent' end as state,
               d ->> 'file' as mxc,                         -- a keyed hash, in hexadecimal digits, as all below
               d ->> 'why' as why,                          -- it is absent
               d ->> 'content' as content,                  -- a keyed hash of its bytes, in their room
               d ->> 'name' as name, (d ->> 'size')::bigint as size, -- what lies in the media folder
               d ->> 'sealed_sha256' as sealed_sha256,      -- of that
               d ->> 'key_sha256' as key_sha256,            -- of its key and the hash of its bytes, as they are sealed
               seq, at
        from (select *, detail::jsonb as d from record_audit where action in ('file', 'file-kept', 'file-absent')) a
    ) told order by organisation, room_id, pos, n, seq desc;
create index record_audit_files on record_audit (organisation, room_id, (((detail::jsonb) ->> 'entry')::bigint))
    where action in ('file', 'file-kept', 'file-absent');

create table retention_file (                      -- the work list: files that are named and not kept yet
    room bigint not null references room,
    pos bigint not null,
    n int not null,
    mxc bytea not null,
    state text not null default 'waiting' check (state in ('waiting', 'absent')),
    named_at timestamptz not null default now(),
    wanted boolean not null default false,         -- whether it was ever asked for
    primary key (room, pos, n)
);
create index retention_file_waiting on retention_file (wanted, named_at) where state = 'waiting';
create index retention_file_of_medium on retention_file (room, mxc);
