-- What is held at the border of a link: it crosses when it is released, as a late entry, with what depends on it.

alter table crossing drop constraint crossing_fate_check;
alter table crossing add constraint crossing_fate_check
    check (fate in ('ordered', 'kind', 'ours', 'been_there', 'nobody', 'nothing', 'past', 'taken_back', 'unlinked',
                    'unreadable', 'held', 'refused'));
alter table crossing add held_by bigint;           -- the position of what it depends on, where that one is held
alter table crossing add constraint crossing_held_by_check check (held_by is null or fate in ('held', 'refused'));
create index crossing_held on crossing (room, held_by) where fate = 'held';

alter table journal drop constraint journal_source_check;
alter table journal add constraint journal_source_check
    check (source in ('push', 'state', 'messages', 'gap', 'decrypted', 'released', 'released_secret'));
