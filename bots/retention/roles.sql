-- What a running Setu may do with the record: add to it, and read it. The heads are moved by functions, and only onwards.

revoke update, delete on record, record_audit, record_leaves, record_node, record_checkpoint, record_timestamp,
    record_hold, record_hold_act, record_words from setu_writer;
revoke insert, update, delete on record_head, record_log from setu_writer;
revoke insert, update, delete on record_read from setu_writer;
grant execute on function record_hold_fix() to setu_disposer;
grant select on record_deletion, record_timer, record_presence, record_visibility, record_media to setu_writer;
