-- Which language people read, and what is kept of a text that they are told: the text and its words, in no language yet.

create table person_language (
    user_id text primary key,
    language text not null,
    chosen boolean not null default true           -- by themselves; else a roster says so, until they choose
);

create table room_language (                       -- what was chosen for a room, before what its link or organisation says
    room bigint primary key references room,
    language text not null
);

alter table link add language text;                -- of both of its rooms; null: their organisations' own

-- A saying (`bridge.saying`): {"say": the text's id, "words": {…}}. What was kept in English before stays as it is.
alter table alarm alter column what type jsonb
    using jsonb_build_object('say', 'kept-words', 'words', jsonb_build_object('text', what));
alter table endpoint alter column why type jsonb using case when why is not null then
    jsonb_build_object('say', 'kept-words', 'words', jsonb_build_object('text', why)) end;
