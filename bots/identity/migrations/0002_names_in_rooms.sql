-- A person has a name in each room: whose it is, where it is another's, is known by room, so that a mark is not lost by
-- another name in another room.

alter table identity_in add column resembles text;
