-- What people try who may not, and what two do at once.

create table classification_order (                -- the orders that take the message of a case back
    number bigint not null references classification_case,
    order_id bigint not null,                      -- outbox.id
    primary key (number, order_id)
);
insert into classification_order
    select c.number, o.id from classification_case c
    join outbox o on o.cause like 'classification:contain:' || c.number || ':%'
    where c.incident in ('open', 'contained') and 'redact' = any(c.deeds);

-- A message is said once; it may be marked again: higher, or by somebody whose word counts.
alter table classification_case drop constraint classification_case_room_pos_occasion_key;
create unique index classification_case_once on classification_case (room, pos, occasion) where occasion <> 'label';
create unique index classification_case_marked on classification_case (room, pos, above, deeds)
    where occasion = 'label';
create index classification_case_at on classification_case (room, pos);

create index classification_revision_of on classification_revision (room, event_id);

-- What followers set aside stands among all that could not be read, and is asked for with each batch of the mirror.
create index gap_set_aside on gap (room, pos) where follower is not null and healed_at is null;
