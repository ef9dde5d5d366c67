-- Keys are compared byte by byte on every server (the column says so): one index serves equality, order and prefixes.
ALTER TABLE registry_item ADD CONSTRAINT key_once UNIQUE (key);
ALTER TABLE registry_alias ADD CONSTRAINT of_item FOREIGN KEY (item_id) REFERENCES registry_item (id),
  ADD CONSTRAINT leads_to UNIQUE (item_id, key);
ALTER TABLE registry_work ADD CONSTRAINT of_item FOREIGN KEY (item_id) REFERENCES registry_item (id),
  ADD CONSTRAINT work_once UNIQUE (item_id, digest);
ALTER TABLE registry_operationitem ADD CONSTRAINT in_operation_once UNIQUE (item_id, operation_id);
-- A batch is the unit: what a foreign key asks once a row, in the order of arrival, is asked once a statement, as a set. Operations
-- and items are never deleted, and what a row names never changes.
-- Plans of these functions are kept for the life of a session, which may begin with empty tables: no plan may read a table or an
-- operation whole. What an index may not be asked for is written IS NOT DISTINCT FROM.
CREATE FUNCTION iru.standing_is_somewhere() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT DISTINCT operation_id FROM written) w
             WHERE NOT EXISTS (SELECT FROM operations_operation o WHERE o.id = w.operation_id)) THEN
    RAISE EXCEPTION 'no such operation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF EXISTS (SELECT FROM written w WHERE NOT EXISTS (SELECT FROM registry_item i WHERE i.id = w.item_id OFFSET 0)) THEN
    RAISE EXCEPTION 'no such item' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION iru.stays_what_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a row of % is about never changes', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
REVOKE ALL ON FUNCTION iru.standing_is_somewhere(), iru.stays_what_it_is() FROM PUBLIC;
CREATE TRIGGER somewhere AFTER INSERT ON registry_operationitem REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION iru.standing_is_somewhere();
CREATE TRIGGER stays BEFORE UPDATE ON registry_operationitem FOR EACH ROW
  WHEN (OLD.operation_id <> NEW.operation_id OR OLD.item_id <> NEW.item_id) EXECUTE FUNCTION iru.stays_what_it_is();
CREATE INDEX registry_operationitem_by_state ON registry_operationitem (operation_id, state);
CREATE INDEX registry_operationitem_referred ON registry_operationitem (operation_id) WHERE referred_at IS NOT NULL;
CREATE INDEX registry_item_unresolved ON registry_item (id) WHERE needs_resolving;
CREATE INDEX registry_item_account ON registry_item (account_key) WHERE account_key <> '';
CREATE INDEX registry_work_digest ON registry_work (digest);
CREATE UNIQUE INDEX registry_standing_open ON registry_standing (operation_id, item_id) WHERE to_index IS NULL;
CREATE INDEX registry_standing_item ON registry_standing (item_id, from_index);
CREATE INDEX registry_mark_open ON registry_mark (what, subject_id) WHERE to_index IS NULL;
CREATE INDEX registry_mark_what ON registry_mark (operation_id, what, from_index);

-- The only door to items that other units brought: makes what is new, and answers for each key that is known already with its
-- id and whether it takes part in the acting operation. It takes batches, one list a column.
CREATE FUNCTION iru.take_places(ids uuid[], keys text, platforms text, kinds text, extents text, canonicals text, hosts text,
  accounts text, resolving text)
RETURNS TABLE (key text, id uuid, here boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  made bigint;
  names text[] := iru.cut(keys);
BEGIN
  IF NOT iru.acting() OR iru.operation() IS NULL THEN
    RAISE EXCEPTION 'nobody acts in an operation' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO registry_item (id, key, platform, kind, extent, canonical, host, account_key, needs_resolving)
  SELECT a.id, a.key, a.platform, a.kind, a.extent, a.canonical, a.host, a.account, a.resolving
  FROM (SELECT unnest(ids) AS id, unnest(names) AS key, unnest(iru.cut(platforms)) AS platform, unnest(iru.cut(kinds)) AS kind,
    unnest(iru.cut(extents)) AS extent, unnest(iru.cut(canonicals)) AS canonical, unnest(iru.cut(hosts)) AS host,
    unnest(iru.cut(accounts)) AS account, unnest(iru.cut(resolving))::boolean AS resolving) a
  ORDER BY a.key
  ON CONFLICT (key) DO NOTHING;
  GET DIAGNOSTICS made = ROW_COUNT;
  IF made = cardinality(ids) THEN
    RETURN;
  END IF;
  -- One look by key for each: a plan that reads the whole table for every batch is out of reach.
  RETURN QUERY
  SELECT i.key, i.id, EXISTS (SELECT FROM registry_operationitem o
    WHERE o.item_id = i.id AND o.operation_id IS NOT DISTINCT FROM iru.operation() OFFSET 0)
  FROM (SELECT unnest(ids) AS id, unnest(names) AS key) a,
    LATERAL (SELECT * FROM registry_item u WHERE u.key = a.key OFFSET 0) i
  WHERE i.id <> a.id;
END
$$;
REVOKE ALL ON FUNCTION iru.take_places(uuid[], text, text, text, text, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.take_places(uuid[], text, text, text, text, text, text, text, text)
  TO {{web}}, {{worker}};

-- For an import that met another: which items take part in the acting operation, those that only some units see included, and which
-- contents are tied to items already.
CREATE FUNCTION iru.taking_part(items uuid[]) RETURNS SETOF uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT o.item_id FROM registry_operationitem o
  WHERE o.item_id = ANY (items) AND o.operation_id = iru.operation() AND iru.acting()
$$;
CREATE FUNCTION iru.tied(items uuid[]) RETURNS TABLE (item_id uuid, digest text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT w.item_id, w.digest FROM registry_work w WHERE w.item_id = ANY (items) AND iru.acting()
$$;
REVOKE ALL ON FUNCTION iru.taking_part(uuid[]), iru.tied(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.taking_part(uuid[]), iru.tied(uuid[]) TO {{web}}, {{worker}};

-- A very big import tells the planner on its way how the tables have grown: statistics are otherwise gathered after its commit only,
-- and a plan for a small table reads a big one whole for each batch. Tables that somebody else looks over now are left out.
CREATE FUNCTION iru.look_over() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF iru.acting() THEN
    ANALYZE (SKIP_LOCKED) registry_item (id, key), registry_operationitem (id, operation_id, item_id, state),
      intake_contribution (unit_id, id, operation_id, item_id, import_id, fingerprint);
  END IF;
END
$$;
REVOKE ALL ON FUNCTION iru.look_over() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.look_over() TO {{web}}, {{worker}};

-- Known keys without making any: what a dry run asks.
CREATE FUNCTION iru.known_keys(keys text[])
RETURNS TABLE (key text, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT i.key, i.id FROM registry_item i WHERE i.key = ANY (keys) AND iru.acting()
$$;

-- Keys that lead to an item under another name (a shortener that was followed).
CREATE FUNCTION iru.aliases(keys text[])
RETURNS TABLE (key text, item_id uuid, item_key text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.key, a.item_id, i.key FROM registry_alias a JOIN registry_item i ON i.id = a.item_id
  WHERE a.key = ANY (keys) AND iru.acting()
$$;

-- What became of items elsewhere: earlier referral and outcome, in every operation, without saying whose.
CREATE FUNCTION iru.earlier(items uuid[])
RETURNS TABLE (item_id uuid, state text, referred_at timestamptz, answer text, outcome text, here boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT o.item_id, o.state, o.referred_at, o.answer, o.outcome, o.operation_id = iru.operation()
  FROM registry_operationitem o
  WHERE o.item_id = ANY (items) AND o.referred_at IS NOT NULL AND iru.acting()
$$;
REVOKE ALL ON FUNCTION iru.known_keys(text[]), iru.aliases(text[]), iru.earlier(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.known_keys(text[]), iru.aliases(text[]), iru.earlier(uuid[])
  TO {{web}}, {{worker}};

CREATE INDEX registry_standing_work ON registry_standing (operation_id, work) INCLUDE (from_index, to_index, milestones)
  WHERE work <> '' AND milestones & 16 <> 0;
CREATE INDEX registry_standing_content ON registry_standing (item_id) INCLUDE (work) WHERE to_index IS NULL AND work <> '';
-- Names of items depend on one another: told so, the planner lets each core count before it joins what they counted.
CREATE STATISTICS registry_standing_names (ndistinct) ON platform, kind, language, organisation, credits FROM registry_standing;

-- What the projector needs of the items that the leaves [first, last) tell of, in every operation: the sequencer alone asks.
CREATE FUNCTION iru.dimensions(first bigint, last bigint)
RETURNS TABLE (operation_id uuid, item_id uuid, platform text, kind text, language text, organisation text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH told AS MATERIALIZED (
    SELECT DISTINCT o.operation_id, o.item_id
    FROM ledger_position p JOIN ledger_leaf l ON l.seq = p.seq JOIN ledger_opening o ON o.id = l.id
    WHERE p.index >= first AND p.index < last AND o.operation_id IS NOT NULL AND o.item_id IS NOT NULL
  )
  SELECT t.operation_id, t.item_id, i.platform, i.kind, oi.language, oi.organisation
  FROM told t JOIN registry_item i ON i.id = t.item_id
  LEFT JOIN registry_operationitem oi ON oi.operation_id = t.operation_id AND oi.item_id = t.item_id
$$;
REVOKE ALL ON FUNCTION iru.dimensions(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.dimensions(bigint, bigint) TO {{worker}};
-- The contents that these leaves tied to items. A leaf names the row only: its payload is given to all of the operation, and what a
-- unit keeps to itself is not known again by its digest.
CREATE FUNCTION iru.works_told(first bigint, last bigint)
RETURNS TABLE (index bigint, item_id uuid, work text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.index, w.item_id, min(w.digest)
  FROM ledger_position p JOIN ledger_leaf l ON l.seq = p.seq,
    LATERAL (SELECT k FROM json_object_keys(l.body::json->'rows') AS k WHERE starts_with(k, 'registry_work:') OFFSET 0) AS named(name)
    JOIN registry_work w ON w.id = substr(named.name, length('registry_work:') + 1)::uuid
  WHERE p.index >= first AND p.index < last AND l.body LIKE '%"registry_work:%'
  GROUP BY p.index, w.item_id
$$;
REVOKE ALL ON FUNCTION iru.works_told(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.works_told(bigint, bigint) TO {{worker}};

-- Window aggregates of the projector: what an item bears from event to event. ``base`` is what the open version says already.
-- Who is credited with how many contributions; a change of 0 says that nothing is left.
CREATE FUNCTION iru.credited(held jsonb, base jsonb, unit uuid, change integer) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN change = 0 THEN '{}'::jsonb
    WHEN change IS NULL OR unit IS NULL THEN coalesce(held, base)
    WHEN coalesce((coalesce(held, base)->>unit::text)::integer, 0) + change <= 0 THEN coalesce(held, base) - unit::text
    ELSE coalesce(held, base) || jsonb_build_object(
      unit::text, coalesce((coalesce(held, base)->>unit::text)::integer, 0) + change)
  END
$$;
CREATE AGGREGATE iru.credit(base jsonb, unit uuid, change integer) (SFUNC = iru.credited, STYPE = jsonb);
-- Since when it is referred; -infinity when it is not (any more). An event that does not say changes nothing.
CREATE FUNCTION iru.since_then(held timestamptz, base timestamptz, moment timestamptz, referred boolean) RETURNS timestamptz
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN NOT referred THEN '-infinity'::timestamptz
    WHEN referred THEN coalesce(nullif(coalesce(held, base), '-infinity'), moment)
    ELSE coalesce(held, base)
  END
$$;
CREATE AGGREGATE iru.since(base timestamptz, moment timestamptz, referred boolean) (SFUNC = iru.since_then, STYPE = timestamptz);
-- How long it stayed (foundation/registry/spells.py): "" no spell, "L|" still there, "L|R" removed, "-" removed before the referral.
CREATE FUNCTION iru.spelled(held text, base text, said text, low integer, high integer) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN said = 'lost' THEN ''
    WHEN said = 'referred' AND coalesce(held, base, '') = '' THEN '0|'
    WHEN coalesce(held, base, '') !~ '[|]$' THEN coalesce(held, base, '')
    WHEN said = 'seen' THEN low / 900 || '|'
    WHEN said = 'removed' AND high <= low THEN '-'
    WHEN said = 'removed' THEN low / 900 || '|' || (high + 899) / 900
    ELSE coalesce(held, base)
  END
$$;
CREATE AGGREGATE iru.spell(base text, said text, low integer, high integer) (SFUNC = iru.spelled, STYPE = text);
REVOKE ALL ON FUNCTION iru.credited(jsonb, jsonb, uuid, integer), iru.credit(jsonb, uuid, integer),
  iru.since_then(timestamptz, timestamptz, timestamptz, boolean), iru.since(timestamptz, timestamptz, boolean),
  iru.spelled(text, text, text, integer, integer), iru.spell(text, text, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.credited(jsonb, jsonb, uuid, integer), iru.credit(jsonb, uuid, integer),
  iru.since_then(timestamptz, timestamptz, timestamptz, boolean), iru.since(timestamptz, timestamptz, boolean),
  iru.spelled(text, text, text, integer, integer), iru.spell(text, text, integer, integer) TO {{worker}};

-- Items that only some units may see are joined by another: one that brings an open row opens it for the operation, one whose own
-- row is closed joins those who see it. One that everybody took back begins anew. Nothing is said of who they are.
CREATE FUNCTION iru.join_closed(items uuid[], open text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE registry_operationitem oi
  SET closed_to = CASE WHEN a.open THEN '{}' WHEN oi.state = 'undone' THEN ARRAY[iru.unit()]
                  ELSE oi.closed_to || iru.unit() END
  FROM (SELECT unnest(items) AS item, unnest(iru.cut(open))::boolean AS open) a
  WHERE oi.item_id = a.item AND oi.operation_id = iru.operation() AND iru.acting()
    AND CASE WHEN oi.state = 'undone' AND NOT a.open THEN oi.closed_to <> ARRAY[iru.unit()]
        ELSE oi.closed_to <> '{}' AND (a.open OR NOT iru.unit() = ANY (oi.closed_to)) END
$$;
REVOKE ALL ON FUNCTION iru.join_closed(uuid[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.join_closed(uuid[], text) TO {{web}}, {{worker}};
