-- What is looked at every minute is found without reading all that was ever told.

create index record_audit_of_holds on record_audit (organisation, seq)
    where action in ('hold', 'hold-asked', 'hold-agreed', 'hold-taken-back');
