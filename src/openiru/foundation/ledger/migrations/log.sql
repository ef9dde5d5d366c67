-- What people may see of the log of their operation: the events of one item, opened, with their indexes.
CREATE FUNCTION iru.log_size() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(max(size), 0) FROM public.ledger_checkpoint
$$;
CREATE FUNCTION iru.checkpoint_before(moment timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(max(size), 0) FROM public.ledger_checkpoint WHERE at <= moment
$$;
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
REVOKE ALL ON FUNCTION iru.log_size(), iru.checkpoint_before(timestamptz), iru.timeline(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.log_size(), iru.checkpoint_before(timestamptz), iru.timeline(uuid)
  TO {{web}}, {{worker}}, {{stats}};
