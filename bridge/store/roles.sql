-- Who may do what, after `setu migrate --roles`. It is said anew after each migration; a bot says it of its own tables in
-- a file of its own. The owner has all tables and logs in nowhere; the writer is what a running Setu is; the reader only
-- looks; the disposer may do what functions let it. Whoever writes the journal can neither change nor remove it.

do $$
declare
    here text := quote_ident(current_schema());
    one text;
begin
    foreach one in array array['setu_owner', 'setu_writer', 'setu_reader', 'setu_disposer'] loop
        if not exists (select from pg_roles where rolname = one) then
            execute format('create role %I nologin', one);
        end if;
    end loop;
    begin
        execute format('grant setu_owner to %I', current_user);
    exception when insufficient_privilege or invalid_grant_operation then
        null; -- a member already; if not, the next step says so
    end;
    execute format('grant usage, create on schema %s to setu_owner', here);
    execute format('grant usage on schema %s to setu_writer, setu_reader, setu_disposer', here);
    execute format('revoke create on schema %s from public', here);

    for one in select c.oid::regclass from pg_class c where c.relnamespace = current_schema()::regnamespace
            and c.relkind in ('r', 'p', 'S') and c.relowner <> 'setu_owner'::regrole
            and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i', 'e')
                            and d.refclassid = 'pg_class'::regclass and c.relkind = 'S') loop
        execute format('alter table %s owner to setu_owner', one);
    end loop;
    for one in select p.oid::regprocedure from pg_proc p where p.pronamespace = current_schema()::regnamespace
            and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') loop
        execute format('alter function %s owner to setu_owner', one);
    end loop;

    execute format('revoke all on all tables in schema %s from public, setu_writer, setu_reader, setu_disposer', here);
    execute format('revoke all on all functions in schema %s from public', here);
    execute format('grant select on all tables in schema %s to setu_reader, setu_disposer', here);
    execute format('grant execute on all functions in schema %s to setu_writer', here);
    execute format('grant usage on all sequences in schema %s to setu_writer', here);
    -- Partitions are reached through their tables only, so that what is made later needs no grant.
    for one in select c.oid::regclass from pg_class c where c.relnamespace = current_schema()::regnamespace
            and c.relkind in ('r', 'p') and not c.relispartition loop
        execute format('grant select, insert, update, delete on %s to setu_writer', one);
    end loop;
end $$;

revoke update, delete on journal, seen, event_key, kek, clear_text, site, master_key, migration from setu_writer;
revoke insert on site, migration from setu_writer;
grant update (healed_at, index, why, tried, taken_back) on clear_text to setu_writer;
grant update (master_fingerprint, recovery_fingerprint) on site to setu_writer;
