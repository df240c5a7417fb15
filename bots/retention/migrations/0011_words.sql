-- A search is an audit entry, and so a leaf of the log. Its words are content: they lie here, sealed, and the leaf has the
-- hashes of these columns. `record_read` is written no more; what is in it is brought into the log at the next start.

create table record_words (
    organisation text not null,
    seq bigint not null,                           -- of the audit entry that they belong to
    kek bigint not null,                           -- which may be destroyed, while the row stands
    wrapped bytea not null,
    sealed bytea not null,
    primary key (organisation, seq)
);
