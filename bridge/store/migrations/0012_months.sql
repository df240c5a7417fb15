-- Whoever runs Setu may have a month's partition made, and owns neither it nor its table (`setu migrate --roles`).

select set_config('search_path', current_schema() || ', pg_temp', true);

create function make_month(parent text, month timestamptz) returns void
language plpgsql security definer set search_path from current as $$
declare
    name text := format('%s_%s', parent, to_char(month at time zone 'UTC', 'YYYY_MM'));
    after timestamptz := (month at time zone 'UTC' + interval '1 month') at time zone 'UTC';
begin
    if month <> date_trunc('month', month, 'UTC') then
        raise exception '% is not the beginning of a month', month;
    end if;
    if not exists (select from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
                   where c.relname = parent and c.relnamespace = current_schema()::regnamespace) then
        raise exception '% is not partitioned by time', parent;
    end if;
    execute format('create table if not exists %I partition of %I for values from (%L) to (%L)',
                   name, parent, month, after);
end $$;
