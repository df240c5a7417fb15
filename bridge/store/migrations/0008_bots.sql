-- Bots in rooms: which of them sit in which room, and their direct chats with people.

create table bot_in (                              -- a bot other than the one that makes and joins rooms
    endpoint bigint not null references endpoint,
    bot text not null,                             -- the local part of its account
    primary key (endpoint, bot)
);

create table private_chat (                        -- where a bot and a person talk alone
    bot text not null,
    person text not null,
    endpoint bigint not null unique references endpoint,
    gone boolean not null default false,           -- the person left it: they are not called again
    primary key (bot, person)
);
