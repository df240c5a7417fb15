-- What rooms may carry, and what was found above it: verdicts, cases, incidents, labels, what people say of them.
-- Ids, levels, rules and states are in clear; findings, reasons and whatever else a person wrote are sealed.

create table classification_ceiling (              -- what was said in chat: the highest marking of a room
    endpoint bigint primary key references endpoint,
    level text not null,
    said_by text not null,
    said_at timestamptz not null default now()
);

create table classification_shown (                -- which ceiling stands in a room's state
    endpoint bigint primary key references endpoint,
    level text,
    shown text not null,
    times int not null default 1
);

create table classification_verdict (              -- of entries in which anything was found; the others carry nothing
    room bigint not null,
    pos bigint not null,
    judged_at timestamptz not null default now(),
    level text,
    kind text not null check (kind in ('marking', 'portion', 'credential', 'data', 'none')),
    rules text[] not null,
    kek bigint not null,
    wrapped bytea not null,
    sealed bytea not null,                         -- the findings: where, on what grounds; never a value
    primary key (room, pos)
);

create table classification_case (                 -- what was decided about one message, and what became of it
    number bigint generated always as identity primary key,
    room bigint not null references room,
    pos bigint not null,
    event_id text not null,
    sender text not null,
    occasion text not null check (occasion in ('said', 'file', 'label', 'unjudged')),
    at timestamptz not null default now(),
    place bigint not null references endpoint,
    level text,
    kind text not null,
    above int not null,
    rules text[] not null,
    deeds text[] not null,                         -- what is done: note, remind, warn, hold, redact, incident, restrict
    would text[] not null,                         -- what would be done, were it not only tried
    hold text check (hold in ('held', 'released', 'refused', 'withdrawn')),
    incident text check (incident in ('open', 'contained', 'closed')),
    told_trouble boolean not null default false,   -- that something of it could not be taken back
    unique (room, pos, occasion)
);
create index classification_case_of on classification_case (room, event_id);
create index classification_case_held on classification_case (number) where hold = 'held';
create index classification_case_open on classification_case (number) where incident in ('open', 'contained');

create table classification_step (                 -- append only: what officers did about a case, and why
    id bigint generated always as identity primary key,
    number bigint not null references classification_case,
    step text not null check (step in ('release', 'refuse', 'contain', 'check', 'close', 'lift')),
    item text,                                     -- of the checklist
    by_user text not null,
    at timestamptz not null default now(),
    kek bigint,
    wrapped bytea,
    sealed bytea                                   -- the reason, where one is given
);
create index classification_step_of on classification_step (number);

create table classification_revision (             -- which events edit which: all of them are taken back together
    room bigint not null,
    original text not null,
    event_id text not null,
    primary key (room, original, event_id)
);

create table classification_label (                -- append only: what people marked messages as
    id bigint generated always as identity primary key,
    room bigint not null references room,
    event_id text not null,
    level text not null,
    said_by text not null,
    said_at timestamptz not null default now(),
    kek bigint,
    wrapped bytea,
    sealed bytea                                   -- the reason of one that is lower than before
);
create index classification_label_of on classification_label (room, event_id, id);

create table classification_wrong (                -- who called what a false alarm, for each rule
    number bigint not null references classification_case,
    rule text not null,
    said_by text not null,
    said_at timestamptz not null default now(),
    primary key (number, rule, said_by)
);

create table classification_restricted (           -- who may not write in a place, and what they could before
    place bigint not null references endpoint,
    user_id text not null,
    number bigint not null references classification_case,
    since timestamptz not null default now(),
    lifted_at timestamptz,
    primary key (place, user_id, number)
);
