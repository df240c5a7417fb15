-- End-to-end encryption: which rooms are encrypted, the keys by which their events are read and written, and what of
-- the journal could be read. Ids, counts and public keys are in clear; private keys and sessions are sealed.

create table encrypted_room (                      -- encryption, once set, is never taken away
    room bigint primary key references room,
    rotate_seconds bigint not null,                -- a session of ours is replaced after so long, or
    rotate_messages bigint not null                -- after so many messages (m.room.encryption)
);
insert into encrypted_room select distinct room, 604800, 100 from journal where type = 'm.room.encryption';

alter table journal drop constraint journal_source_check;
alter table journal add constraint journal_source_check
    check (source in ('push', 'state', 'messages', 'gap', 'decrypted'));

create table clear_text (                          -- what an encrypted entry says, or why nobody can read it
    room bigint not null,
    pos bigint not null,
    session_id text,                               -- of the key that it needs
    sender text,                                   -- who says to have written it
    sender_key text,                               -- of the device that it names as its own; older clients want it told
    index bigint,                                  -- of the message within that session, where it was read
    forwarded boolean not null default false,      -- the key came from somebody who was asked, not from the sender
    sealed bytea,                                  -- under the entry's own key (event_key)
    why text,
    tried bigint,                                  -- the first index of the key that was tried in vain; 0: never again
    healed_at timestamptz,                         -- when a late entry told what it says
    taken_back boolean not null default false,     -- before anybody could read it: it is shown to nobody
    primary key (room, pos),
    check ((sealed is null) <> (why is null))
);
create unique index clear_text_once on clear_text (room, session_id, sender, index) where index is not null;
create index clear_text_missing on clear_text (room, session_id)
    where sealed is null and healed_at is null and tried is distinct from 0;

create table our_device (                          -- an account of ours that has keys
    id bigint generated always as identity primary key,
    homeserver text not null,
    user_id text not null,
    device_id text not null,
    kek bigint not null references kek,
    wrapped bytea not null,
    sealed bytea not null,                         -- the Olm account
    published boolean not null default false,      -- its keys and signatures are on the homeserver
    since text,                                    -- from where its /sync goes on, for a device that receives
    synced_at timestamptz,                         -- when all that was waiting for it had been taken
    backup text,                                   -- the version of its key backup
    unique (homeserver, user_id)
) with (fillfactor = 50);

create table olm_session (                         -- between a device of ours and one of theirs
    device bigint not null references our_device on delete cascade,
    their_key text not null,
    session_id text not null,
    used_at timestamptz not null default now(),
    kek bigint not null references kek,
    wrapped bytea not null,
    sealed bytea not null,
    primary key (device, their_key, session_id)
);

create table inbound_session (                     -- a room key (Megolm session) that reads
    homeserver text not null,
    room_id text not null,
    session_id text not null,
    sender_key text not null,
    claimed_ed25519 text,
    sender text,                                   -- whose it is; null where the giver only says so
    forwarded boolean not null,
    first_index bigint not null,                   -- what was said before this message, it cannot read
    came_at timestamptz not null default now(),
    backed_up boolean not null default false,
    kek bigint not null references kek,
    wrapped bytea not null,
    sealed bytea not null,
    primary key (homeserver, room_id, session_id, sender_key)   -- nobody's word stands in the way of the owner's
);
create index inbound_session_to_back_up on inbound_session (homeserver) where not backed_up;

create table outbound_session (                    -- the room key by which an account of ours writes in a room
    device bigint not null references our_device on delete cascade,
    room bigint not null references room,
    session_id text not null,
    made_at timestamptz not null default now(),
    messages bigint not null default 0,
    shared text[] not null default '{}',           -- 'user device' of those that have it
    members_at bigint not null,                    -- of the room's members, the last change that was looked at
    devices_at bigint not null,                    -- of other people's devices, the last change that was looked at
    kek bigint not null references kek,
    wrapped bytea not null,
    sealed bytea not null,
    primary key (device, room)
) with (fillfactor = 50);

alter table room add members_at bigint not null default 0;   -- pos of the last entry that changed who is in it
update room set members_at = m.pos
    from (select room, max(pos) as pos from journal where type = 'm.room.member' group by room) m where m.room = id;

create sequence device_change;
create table their_devices (                       -- a person whose devices we follow
    homeserver text not null,                      -- through which we see them
    user_id text not null,
    outdated boolean not null default true,
    master_key text,                               -- the cross-signing key that was seen first
    changed bigint not null default nextval('device_change'),
    primary key (homeserver, user_id)
);
create index their_devices_change on their_devices (homeserver, changed);
create table their_device (
    homeserver text not null,
    user_id text not null,
    device_id text not null,
    curve25519 text not null,
    ed25519 text not null,
    cross_signed boolean not null,
    primary key (homeserver, user_id, device_id),
    foreign key (homeserver, user_id) references their_devices
);

create table key_request (                         -- a room key that was asked for
    homeserver text not null,
    room_id text not null,
    session_id text not null,
    request_id text not null,
    sender text not null,                          -- who was asked
    asked_at timestamptz not null default now(),
    times int not null default 1,
    primary key (homeserver, room_id, session_id, sender)      -- nobody's false event turns the question away
);

alter table site add recovery_fingerprint bytea;   -- of the recovery key that our devices are signed with

alter table link add encrypt text not null default 'source' check (encrypt in ('source', 'always', 'never'));

alter table crossing drop constraint crossing_fate_check;
alter table crossing add constraint crossing_fate_check
    check (fate in ('ordered', 'kind', 'ours', 'been_there', 'nobody', 'nothing', 'past', 'taken_back', 'unlinked',
                    'unreadable'));
