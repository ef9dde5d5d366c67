-- Deconfliction across units: that a hold stands and whom to call, never why, never for whom the asker did not ask.
CREATE FUNCTION iru.standing_holds(items uuid[])
RETURNS TABLE (item_id uuid, kind text, contact text, unit_code text, own boolean, expires_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH moment AS (SELECT iru.business_time() AS at),
  standing AS MATERIALIZED (
    SELECT h.*, u.code, u.id = iru.unit() AS own FROM intake_hold h JOIN people_unit u ON u.id = h.unit_id, moment m
    WHERE h.ended_at IS NULL AND (h.kind = 'judicial' OR h.expires_at > m.at)
      AND (h.operation_id IS NULL OR h.operation_id = iru.operation()) AND iru.acting()
  ), asked AS MATERIALIZED (
    SELECT i.id, i.key, i.account_key FROM registry_item i WHERE i.id = ANY (items)
  )
  SELECT a.id, s.kind, s.contact, s.code, s.own, s.expires_at FROM asked a JOIN standing s
    ON s.scope = 'key' AND s.subject = a.key
  UNION
  SELECT a.id, s.kind, s.contact, s.code, s.own, s.expires_at FROM asked a JOIN standing s
    ON s.scope = 'account' AND s.subject IN (a.account_key, a.key)
  UNION
  SELECT a.id, s.kind, s.contact, s.code, s.own, s.expires_at FROM asked a JOIN standing s
    ON s.scope = 'pattern' AND starts_with(a.key, s.prefix)
    AND a.key LIKE replace(replace(replace(replace(s.subject, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')
  UNION
  SELECT w.item_id, s.kind, s.contact, s.code, s.own, s.expires_at FROM registry_work w JOIN standing s
    ON s.scope = 'work' AND s.subject = w.digest WHERE w.item_id = ANY (items)
  UNION
  SELECT a.id, s.kind, s.contact, s.code, s.own, s.expires_at FROM asked a JOIN standing s
    ON s.scope = 'operation' AND s.subject = (SELECT o.slug FROM operations_operation o WHERE o.id = iru.operation())
$$;

-- The same question for keys that are not items yet (a dry run).
CREATE FUNCTION iru.held_keys(keys json)
RETURNS TABLE (key text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH moment AS (SELECT iru.business_time() AS at),
  standing AS MATERIALIZED (
    SELECT h.* FROM intake_hold h, moment m
    WHERE h.ended_at IS NULL AND (h.kind = 'judicial' OR h.expires_at > m.at)
      AND (h.operation_id IS NULL OR h.operation_id = iru.operation()) AND iru.acting()
  ), asked AS MATERIALIZED (
    SELECT x.key, x.account_key FROM json_to_recordset(keys) AS x(key text, account_key text)
  )
  SELECT DISTINCT a.key FROM asked a JOIN standing s ON
    (s.scope = 'key' AND s.subject = a.key)
    OR (s.scope = 'account' AND s.subject IN (a.account_key, a.key))
    OR (s.scope = 'pattern' AND starts_with(a.key, s.prefix)
        AND a.key LIKE replace(replace(replace(replace(s.subject, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'))
    OR (s.scope = 'operation' AND s.subject = (SELECT o.slug FROM operations_operation o WHERE o.id = iru.operation()))
$$;

-- Who must be told when a hold is overridden: the holders' units and contacts.
CREATE FUNCTION iru.holders(items uuid[])
RETURNS TABLE (item_id uuid, unit_code text, contact text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT h.item_id, h.unit_code, h.contact FROM iru.standing_holds(items) h
$$;

-- An override of this operation that still stands for an item.
CREATE FUNCTION iru.overridden(items uuid[])
RETURNS TABLE (item_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT o.item_id FROM intake_override o
  WHERE o.item_id = ANY (items) AND o.operation_id = iru.operation()
$$;

-- Which participants have answered a round; silence is shown as silence.
CREATE FUNCTION iru.round_state(round uuid)
RETURNS TABLE (unit_code text, contact text, hits integer, answered_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT u.code, u.contact, a.hits, a.answered_at
  FROM operations_participant p JOIN people_unit u ON u.id = p.unit_id
  LEFT JOIN intake_roundanswer a ON a.unit_id = u.id AND a.round_id = round
  WHERE p.operation_id = iru.operation() ORDER BY u.code
$$;

-- Markings and credit of every unit's contributions to an item: the units, the tightest marking; never the words.
CREATE FUNCTION iru.markings(items uuid[])
RETURNS TABLE (item_id uuid, units text[], tlps text[], paps text[], restricted boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT c.item_id, array_agg(DISTINCT u.code ORDER BY u.code), array_agg(DISTINCT c.tlp), array_agg(DISTINCT c.pap),
         bool_or(c.restriction <> '')
  FROM intake_contribution c JOIN people_unit u ON u.id = c.unit_id
  WHERE c.item_id = ANY (items) AND c.operation_id = iru.operation() AND c.undone_at IS NULL
  GROUP BY c.item_id
$$;

-- How many contributions of all units still stand behind items (an undo asks).
CREATE FUNCTION iru.standing_contributions(items uuid[])
RETURNS TABLE (item_id uuid, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT c.item_id, count(*) FROM intake_contribution c
  WHERE c.item_id = ANY (items) AND c.operation_id = iru.operation() AND c.undone_at IS NULL
  GROUP BY c.item_id
$$;

-- What is shown to an assessor: the words of all contributions whose marking lets them into the operation.
CREATE FUNCTION iru.shown(items uuid[])
RETURNS TABLE (item_id uuid, title text, quote text, translation text, place text, language text, seen_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT c.item_id, c.title, c.quote, c.translation, c.place, c.language, c.seen_at
  FROM intake_contribution c
  WHERE c.item_id = ANY (items) AND c.operation_id = iru.operation() AND c.undone_at IS NULL
    AND (c.unit_id = iru.unit() OR (c.restriction = '' AND c.tlp <> 'red'))
  ORDER BY c.item_id, c.contributed_at, c.id
$$;
REVOKE ALL ON FUNCTION iru.standing_holds(uuid[]), iru.held_keys(json), iru.holders(uuid[]), iru.overridden(uuid[]),
  iru.round_state(uuid), iru.markings(uuid[]), iru.standing_contributions(uuid[]), iru.shown(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.standing_holds(uuid[]), iru.held_keys(json), iru.holders(uuid[]), iru.overridden(uuid[]),
  iru.round_state(uuid), iru.markings(uuid[]), iru.standing_contributions(uuid[]), iru.shown(uuid[])
  TO {{web}}, {{worker}};
