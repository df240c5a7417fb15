-- The master keys that this database has stood on, the first of them first: files that were begun under one know it again.

create table master_key (
    n bigint generated always as identity primary key,
    fingerprint bytea not null unique,
    since timestamptz                              -- null for one of before this was kept
);
insert into master_key (fingerprint) select master_fingerprint from site where master_fingerprint is not null;
