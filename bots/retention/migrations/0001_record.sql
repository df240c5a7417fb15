-- The record: one primary record for each journalled event of an archived room. It shares the journal's sealed bytes and
-- commits to them by their hash. Later: the leaf of the organisation's Merkle log, search, holds and disposal.

create table record (
    room bigint not null,
    room_seq bigint not null check (room_seq > 0), -- dense within the room: its completeness can be counted
    pos bigint not null,                           -- the journal entry that it records
    recorded_at timestamptz not null,
    organisation text not null,                    -- server name of the homeserver that the room was seen through
    event_id text not null,
    type text,
    sender text,
    sent_at timestamptz,
    late boolean not null,
    salt bytea not null,                           -- 16 random bytes, so that a hash tells nothing of what it hashes
    sealed_sha256 bytea not null,                  -- of the salt and the sealed bytes
    primary key (room, room_seq, recorded_at)
) partition by range (recorded_at);
create table record_rest partition of record default;

create table record_head (                         -- the last record of each room
    room bigint primary key,
    room_seq bigint not null check (room_seq >= 0),
    last_pos bigint not null check (last_pos >= room_seq)
) with (fillfactor = 50);
