-- What people may see of the log of their operation: the events of one item, opened, with their indexes.
CREATE FUNCTION iru.log_size() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(max(size), 0) FROM public.ledger_checkpoint
$$;
CREATE FUNCTION iru.checkpoint_before(moment timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(max(size), 0) FROM public.ledger_checkpoint WHERE at <= moment
$$;
-- Subjects are made at about the time of their leaf, so a summary of ranges finds them; items are older and have their own index.
CREATE INDEX ledger_opening_subject ON ledger_opening USING brin (subject_id uuid_minmax_multi_ops)
  WITH (pages_per_range = 32, autosummarize = on);
CREATE FUNCTION iru.timeline(item uuid)
RETURNS TABLE (index bigint, id uuid, type text, body text, payload jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.index, l.id, l.type, l.body, o.payload
  FROM public.ledger_opening o
  JOIN public.ledger_leaf l ON l.id = o.id
  LEFT JOIN public.ledger_position p ON p.seq = l.seq
  WHERE (o.item_id = item OR o.subject_id = item) AND o.operation_id = iru.operation()
  ORDER BY l.seq
$$;
-- The log for an export: bodies carry no personal data, so whoever acts may have them; an opening only its own operation.
CREATE FUNCTION iru.log_leaves(first bigint, last bigint)
RETURNS TABLE (index bigint, body text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.index, l.body FROM public.ledger_position p JOIN public.ledger_leaf l ON l.seq = p.seq
  WHERE p.index >= first AND p.index < last AND iru.acting() ORDER BY p.index
$$;
CREATE FUNCTION iru.log_openings(first bigint, last bigint)
RETURNS TABLE (index bigint, salt bytea, payload jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.index, o.salt, o.payload
  FROM public.ledger_position p
  JOIN public.ledger_leaf l ON l.seq = p.seq
  JOIN public.ledger_opening o ON o.id = l.id
  WHERE p.index >= first AND p.index < last AND o.operation_id = iru.operation() ORDER BY p.index
$$;
CREATE FUNCTION iru.log_checkpoints(last bigint)
RETURNS TABLE (size bigint, note text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT c.size, c.note FROM public.ledger_checkpoint c WHERE c.size <= last AND iru.acting() ORDER BY c.size
$$;
REVOKE ALL ON FUNCTION iru.log_leaves(bigint, bigint), iru.log_openings(bigint, bigint), iru.log_checkpoints(bigint)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.log_leaves(bigint, bigint), iru.log_openings(bigint, bigint), iru.log_checkpoints(bigint)
  TO {{web}}, {{worker}};
REVOKE ALL ON FUNCTION iru.log_size(), iru.checkpoint_before(timestamptz), iru.timeline(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.log_size(), iru.checkpoint_before(timestamptz), iru.timeline(uuid)
  TO {{web}}, {{worker}}, {{stats}};
-- How the log does, for the frame of every page: its size, the time of the last checkpoint, and how long the oldest leaf has
-- waited for its index by the clock on the wall (ids are UUIDv7: their first 48 bits are milliseconds).
CREATE FUNCTION iru.log_health()
RETURNS TABLE (size bigint, at timestamptz, waits interval)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(c.size, 0), c.at, clock_timestamp() - (
    SELECT to_timestamp(('x0000' || substr(replace(l.id::text, '-', ''), 1, 12))::bit(64)::bigint / 1000.0)
    FROM public.ledger_pending p JOIN public.ledger_leaf l ON l.seq = p.seq ORDER BY p.seq LIMIT 1)
  FROM (SELECT 1) one LEFT JOIN (SELECT k.size, k.at FROM public.ledger_checkpoint k ORDER BY k.size DESC LIMIT 1) c ON true
  WHERE iru.acting()
$$;
REVOKE ALL ON FUNCTION iru.log_health() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.log_health() TO {{web}};
