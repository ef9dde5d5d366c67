-- A pattern of keys (* any run, ? one character) as LIKE wants it.
CREATE FUNCTION iru.like_of(glob text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT translate(replace(replace(replace(glob, '\', '\\'), '%', '\%'), '_', '\_'), '*?', '%_')
$$;

-- Deconfliction across units: that a hold stands and whom to call, never why, never for whom the asker did not ask.
-- A key that leads to an item (a shortener that was followed) counts like the item's own.
CREATE FUNCTION iru.standing_holds(items uuid[])
RETURNS TABLE (item_id uuid, hold_id uuid, kind text, contact text, unit_code text, own boolean, expires_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH moment AS (SELECT iru.business_time() AS at),
  standing AS MATERIALIZED (
    SELECT h.*, u.code, u.id = (SELECT iru.unit()) AS own FROM intake_hold h JOIN people_unit u ON u.id = h.unit_id, moment m
    WHERE h.ended_at IS NULL AND (h.kind = 'judicial' OR h.expires_at > m.at)
      AND (h.operation_id IS NULL OR h.operation_id = (SELECT iru.operation())) AND (SELECT iru.acting())
  ), named AS MATERIALIZED (
    SELECT i.id, i.key AS name, i.account_key FROM registry_item i WHERE i.id = ANY (items)
    UNION ALL
    SELECT a.item_id, a.key, '' FROM registry_alias a WHERE a.item_id = ANY (items)
  ), hit AS (
    SELECT n.id, s.id AS hold FROM named n JOIN standing s ON s.subject = n.name AND s.scope IN ('key', 'account')
    UNION
    SELECT n.id, s.id FROM named n JOIN standing s ON s.subject = n.account_key AND s.scope = 'account'
    WHERE n.account_key <> ''
    UNION
    SELECT n.id, s.id FROM named n JOIN standing s
      ON s.scope = 'pattern' AND starts_with(n.name, s.prefix) AND n.name LIKE iru.like_of(s.subject)
    UNION
    SELECT w.item_id, s.id FROM registry_work w JOIN standing s ON s.scope = 'work' AND s.subject = w.digest
    WHERE w.item_id = ANY (items)
    UNION
    SELECT n.id, s.id FROM named n JOIN standing s
      ON s.scope = 'operation'
      AND s.subject = (SELECT o.slug FROM operations_operation o WHERE o.id = (SELECT iru.operation()))
  )
  SELECT x.id, s.id, s.kind, s.contact, s.code, s.own, s.expires_at FROM hit x JOIN standing s ON s.id = x.hold
$$;

-- Those of them that no override of this operation has lifted for the item. A hold placed later is not lifted by an
-- earlier override: an override names the holds it knew.
CREATE FUNCTION iru.blocking_holds(items uuid[])
RETURNS TABLE (item_id uuid, hold_id uuid, contact text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT h.item_id, h.hold_id, h.contact FROM iru.standing_holds(items) h
  WHERE NOT EXISTS (
    SELECT 1 FROM intake_override o
    WHERE o.item_id = h.item_id AND o.operation_id = (SELECT iru.operation()) AND h.hold_id::text = ANY (o.holds))
$$;

-- What a holder is told at once: who went past which of its holds, on which item, because of which threat.
CREATE FUNCTION iru.overrides_of_own_holds()
RETURNS TABLE (override_id uuid, hold_id uuid, key text, canonical text, threat text, at timestamptz, unit_code text,
               operation text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT o.id, h.id, i.key, i.canonical, o.reason, o.at, u.code, p.slug
  FROM intake_hold h JOIN intake_override o ON h.id::text = ANY (o.holds)
  JOIN registry_item i ON i.id = o.item_id JOIN people_unit u ON u.id = o.unit_id
  JOIN operations_operation p ON p.id = o.operation_id
  WHERE h.unit_id = (SELECT iru.unit()) ORDER BY o.at, o.id, h.id
$$;

-- Whose holds have run out: the service alone asks, and then acts as each unit.
CREATE FUNCTION iru.units_with_expired_holds()
RETURNS TABLE (unit_id uuid, operation_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH moment AS (SELECT iru.business_time() AS at)
  SELECT DISTINCT h.unit_id, h.operation_id FROM intake_hold h, moment m
  WHERE h.kind = 'unit' AND h.ended_at IS NULL AND h.expires_at <= m.at
    AND (SELECT iru.person()) = '01900000-0000-7000-8000-000000000001'::uuid
$$;

-- The same question for keys that are not items yet (a dry run), and for contents that are not tied to their item yet.
CREATE FUNCTION iru.held_keys(keys json)
RETURNS TABLE (key text, hold_id uuid, contact text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH moment AS (SELECT iru.business_time() AS at),
  standing AS MATERIALIZED (
    SELECT h.* FROM intake_hold h, moment m
    WHERE h.ended_at IS NULL AND (h.kind = 'judicial' OR h.expires_at > m.at)
      AND (h.operation_id IS NULL OR h.operation_id = (SELECT iru.operation())) AND (SELECT iru.acting())
  ), asked AS MATERIALIZED (
    SELECT x.key, x.account_key, x.digest FROM json_to_recordset(keys) AS x(key text, account_key text, digest text)
  )
  SELECT a.key, s.id, s.contact FROM asked a JOIN standing s ON s.subject = a.key AND s.scope IN ('key', 'account')
  UNION
  SELECT a.key, s.id, s.contact FROM asked a JOIN standing s ON s.subject = a.account_key AND s.scope = 'account'
  WHERE a.account_key <> ''
  UNION
  SELECT a.key, s.id, s.contact FROM asked a JOIN standing s
    ON s.scope = 'pattern' AND starts_with(a.key, s.prefix) AND a.key LIKE iru.like_of(s.subject)
  UNION
  SELECT a.key, s.id, s.contact FROM asked a JOIN standing s ON s.scope = 'work' AND s.subject = a.digest
  UNION
  SELECT a.key, s.id, s.contact FROM asked a JOIN standing s
    ON s.scope = 'operation' AND s.subject = (SELECT o.slug FROM operations_operation o WHERE o.id = (SELECT iru.operation()))
$$;

-- Which participants have answered a round; silence is shown as silence. An answer may come through another unit's desk.
CREATE FUNCTION iru.round_state(round uuid)
RETURNS TABLE (unit_id uuid, unit_code text, contact text, hits integer, answered_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT u.id, u.code, u.contact, max(a.hits), min(a.answered_at)
  FROM operations_participant p JOIN people_unit u ON u.id = p.unit_id
  LEFT JOIN intake_roundanswer a ON a.for_unit_id = u.id AND a.round_id = round
  WHERE p.operation_id = (SELECT iru.operation()) AND p.role <> 'provider'
  GROUP BY u.id, u.code, u.contact ORDER BY u.code
$$;

-- The items whose contributions stand for an item: itself, and every shortener that was found to lead to it.
CREATE FUNCTION iru.sources(items uuid[])
RETURNS TABLE (item_id uuid, source_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT x, x FROM unnest(items) AS x
  UNION
  SELECT a.item_id, i.id FROM registry_alias a JOIN registry_item i ON i.key = a.key WHERE a.item_id = ANY (items)
$$;

-- Whose contributions stand behind items, without words: what is carried over when a shortener is resolved.
CREATE FUNCTION iru.credits(items uuid[])
RETURNS TABLE (item_id uuid, contribution_id uuid, unit_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT s.item_id, c.id, c.unit_id
  FROM iru.sources(items) s JOIN intake_contribution c ON c.item_id = s.source_id
  WHERE c.operation_id = (SELECT iru.operation()) AND c.undone_at IS NULL ORDER BY s.item_id, c.id
$$;

-- Markings and credit of every unit's contributions to an item: the units, every marking; never the words.
CREATE FUNCTION iru.markings(items uuid[])
RETURNS TABLE (item_id uuid, units text[], tlps text[], paps text[], restricted boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT s.item_id, array_agg(DISTINCT u.code ORDER BY u.code), array_agg(DISTINCT c.tlp), array_agg(DISTINCT c.pap),
         bool_or(c.restriction <> '')
  FROM iru.sources(items) s JOIN intake_contribution c ON c.item_id = s.source_id
  JOIN people_unit u ON u.id = c.unit_id
  WHERE c.operation_id = (SELECT iru.operation()) AND c.undone_at IS NULL
  GROUP BY s.item_id
$$;

-- How many contributions of all units still stand behind items (an undo asks).
CREATE FUNCTION iru.standing_contributions(items uuid[])
RETURNS TABLE (item_id uuid, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT s.item_id, count(*)
  FROM iru.sources(items) s JOIN intake_contribution c ON c.item_id = s.source_id
  WHERE c.operation_id = (SELECT iru.operation()) AND c.undone_at IS NULL
  GROUP BY s.item_id
$$;

-- What is shown to an assessor: the words of all contributions whose marking lets them into the operation.
CREATE FUNCTION iru.shown(items uuid[])
RETURNS TABLE (item_id uuid, title text, quote text, translation text, place text, language text, seen_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT s.item_id, c.title, c.quote, c.translation, c.place, c.language, c.seen_at
  -- Asked once a unit and item, by key: this is read whenever somebody opens an item, however many contributions there are.
  FROM iru.sources(items) s
    JOIN operations_participant p ON p.operation_id = (SELECT iru.operation()) AND p.unit_id IS NOT NULL,
    LATERAL (SELECT * FROM intake_contribution u WHERE u.unit_id = p.unit_id AND u.item_id = s.source_id OFFSET 0) c
  WHERE c.operation_id = (SELECT iru.operation()) AND c.undone_at IS NULL
    AND (c.unit_id = (SELECT iru.unit()) OR (c.restriction = '' AND c.tlp IN ('clear', 'green', 'amber')))
  ORDER BY s.item_id, c.contributed_at, c.id
$$;
REVOKE ALL ON FUNCTION iru.standing_holds(uuid[]), iru.blocking_holds(uuid[]), iru.held_keys(json),
  iru.overrides_of_own_holds(), iru.units_with_expired_holds(), iru.round_state(uuid), iru.sources(uuid[]),
  iru.credits(uuid[]), iru.markings(uuid[]), iru.standing_contributions(uuid[]), iru.shown(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.standing_holds(uuid[]), iru.blocking_holds(uuid[]), iru.held_keys(json),
  iru.overrides_of_own_holds(), iru.round_state(uuid), iru.credits(uuid[]), iru.markings(uuid[]),
  iru.standing_contributions(uuid[]), iru.shown(uuid[])
  TO {{web}}, {{worker}};
GRANT EXECUTE ON FUNCTION iru.units_with_expired_holds() TO {{worker}};
