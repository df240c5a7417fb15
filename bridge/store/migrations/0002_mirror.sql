-- What the mirror of memberships, pictures and room state needs to know.

alter table endpoint add made boolean not null default false;   -- Setu made the room, so the department's state goes there
alter table ghost add avatar_mac bytea;                          -- keyed hash of the picture last asked for
alter table ghost_in add barred boolean not null default false;  -- somebody there removed the ghost: it is not brought back
