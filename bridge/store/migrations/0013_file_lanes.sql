-- Files that are fetched to be kept have a lane of their own in each endpoint: a large one, or a server that does not
-- answer, keeps no message waiting.

alter table outbox add files boolean not null default false;
drop index outbox_waiting;
create index outbox_waiting on outbox (lane, files, id) where state = 'waiting';
update outbox set files = true where kind = 'FetchMedia';
