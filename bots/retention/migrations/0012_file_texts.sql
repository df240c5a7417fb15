-- What files say is searched too: a row beside that of the message, once a file is kept and was read. It has the hashes of
-- the message's words and of the file's, so that both together are found; and the text, sealed under the key of the
-- message's entry, which goes with it.

create table search_file (
    room bigint not null,
    pos bigint not null,
    n int not null,                                -- which of the files of the entry
    received_at timestamptz not null,              -- these two as in search_row
    said_at timestamptz not null,
    tokens bigint[] not null,
    sealed bytea not null,
    primary key (room, pos, n, received_at)
) partition by range (received_at);
create index search_file_tokens on search_file using gin (tokens) with (gin_pending_list_limit = 1024);
create table search_file_rest partition of search_file default;

create table retention_text (                      -- the work list: files that are kept and were not read yet
    room bigint not null references room,
    pos bigint not null,
    n int not null,
    tries int not null default 0,
    not_before timestamptz not null default now(),
    primary key (room, pos, n)
);
create index retention_text_next on retention_text (not_before);

insert into retention_text (room, pos, n)
    select r.id, m.pos, m.n from record_media m join room r on r.homeserver = m.organisation and r.room_id = m.room_id
    join search_head h on h.room = r.id and h.pos >= m.pos where m.state = 'kept';
