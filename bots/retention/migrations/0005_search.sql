-- Search: keyed hashes of words, never words. A month's partitions and its key (kek, class 'search') go together.

create table search_row (                          -- one for each record
    room bigint not null,
    pos bigint not null,
    received_at timestamptz not null,              -- of the journal entry, which this leads to
    said_at timestamptz not null,                  -- when its sender says, but never after it was received
    tokens bigint[] not null                       -- marks; then, for each text, 0 and its words in their order
) partition by range (received_at);
create index search_row_of_room on search_row (room, said_at, pos);
create index search_row_said on search_row (said_at, room, pos);
create index search_row_tokens on search_row using gin (tokens) with (gin_pending_list_limit = 1024);
create table search_row_rest partition of search_row default;

create table search_beginning (                    -- which words of a month begin so; a row may be there twice
    beginning bigint not null,
    word bigint not null,
    received_at timestamptz not null               -- some moment of the month
) partition by range (received_at);
create index search_beginning_words on search_beginning (beginning, word);
create table search_beginning_rest partition of search_beginning default;

create table search_head (                         -- how far each room can be searched
    room bigint primary key,
    pos bigint not null check (pos > 0)
) with (fillfactor = 50);

alter table record_read                            -- a search is of all rooms, and what was asked is content
    alter column room drop not null, alter column records drop not null,
    add column kek bigint references kek, add column wrapped bytea, add column sealed bytea,
    add check ((room is null) = (sealed is not null));
