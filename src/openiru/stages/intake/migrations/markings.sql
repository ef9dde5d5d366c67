-- A unit changes the marking of what it contributed; the policy keeps the rows of every other unit out of its reach.
GRANT UPDATE (tlp, pap, restriction) ON intake_contribution TO {{web}}, {{worker}};

-- Whether a marking lets a contribution into the operation: core/intake/marking.py, Use.OPERATION; a test holds the two together.
CREATE FUNCTION iru.goes_in(tlp text, restriction text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT tlp IN ('clear', 'green', 'amber')
    AND lower(regexp_replace(restriction, '^\s+|\s+$', '', 'g')) <> 'own_unit_only'
$$;
REVOKE ALL ON FUNCTION iru.goes_in(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.goes_in(text, text) TO {{web}}, {{worker}};

-- Who sees items, and the places they lead to, made anew from the markings of everybody's contributions that stand behind them:
-- all of the operation where one of these goes in, else the units that contributed. Only of items that the acting unit stands
-- behind itself. Answers what changed: the item, its row, its state, whether it is open now.
CREATE FUNCTION iru.reclose(items uuid[])
RETURNS TABLE (item_id uuid, id uuid, state text, open boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH touched AS (
    SELECT x AS item_id FROM unnest(items) AS x
    UNION
    SELECT a.item_id FROM registry_alias a JOIN registry_item i ON i.key = a.key WHERE i.id = ANY (items)
  ), standing AS (
    SELECT s.item_id, CASE WHEN bool_or(iru.goes_in(c.tlp, c.restriction)) THEN '{}' ELSE array_agg(DISTINCT c.unit_id) END AS to_units
    FROM iru.sources(ARRAY(SELECT t.item_id FROM touched t)) s JOIN intake_contribution c ON c.item_id = s.source_id
    WHERE c.operation_id = iru.operation() AND c.undone_at IS NULL
    GROUP BY s.item_id HAVING bool_or(c.unit_id = iru.unit())
  )
  UPDATE registry_operationitem oi SET closed_to = w.to_units FROM standing w
  WHERE iru.acting() AND oi.operation_id = iru.operation() AND oi.item_id = w.item_id
    AND NOT (oi.closed_to @> w.to_units AND oi.closed_to <@ w.to_units)
  RETURNING oi.item_id, oi.id, oi.state, oi.closed_to = '{}'
$$;
REVOKE ALL ON FUNCTION iru.reclose(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.reclose(uuid[]) TO {{web}}, {{worker}};

-- Who sees the places that shorteners were found to lead to: all of the operation where one of the contributions behind a place goes
-- in; else the units that contributed, and the acting one, which has just been there. A place that stood in the operation keeps
-- those who see it; of one that was undone only the contributions that stand now count. Only of places to which a shortener leads
-- that the acting unit sees.
CREATE FUNCTION iru.enclose(places uuid[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH standing AS (
    SELECT s.item_id, bool_or(iru.goes_in(c.tlp, c.restriction)) AS open, array_agg(c.unit_id) || iru.unit() AS units
    FROM iru.sources(places) s JOIN intake_contribution c ON c.item_id = s.source_id
    WHERE c.operation_id = iru.operation() AND c.undone_at IS NULL
    GROUP BY s.item_id
  )
  UPDATE registry_operationitem oi
  SET closed_to = CASE WHEN w.open THEN '{}' ELSE ARRAY(
    SELECT DISTINCT u FROM unnest(w.units || CASE WHEN oi.state = 'undone' THEN '{}' ELSE oi.closed_to END) AS u ORDER BY u) END
  FROM standing w
  WHERE iru.acting() AND oi.operation_id = iru.operation() AND oi.item_id = w.item_id
    AND (oi.closed_to <> '{}' OR oi.state = 'undone')
    AND EXISTS (
      SELECT FROM registry_alias a JOIN registry_item i ON i.key = a.key JOIN registry_operationitem led ON led.item_id = i.id
      WHERE a.item_id = oi.item_id AND led.operation_id = iru.operation()
        AND (led.closed_to = '{}' OR iru.unit() = ANY (led.closed_to)))
$$;
REVOKE ALL ON FUNCTION iru.enclose(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.enclose(uuid[]) TO {{web}}, {{worker}};

-- Items of which a contribution was taken back: where none that is left goes into the operation, those units alone see the item that
-- contributed, and the acting one, which has just had it. What stands in a letter was shown and stays.
CREATE FUNCTION iru.close_again(items uuid[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH standing AS (
    SELECT s.item_id, array_agg(c.unit_id) || iru.unit() AS units
    FROM iru.sources(items) s JOIN intake_contribution c ON c.item_id = s.source_id
    WHERE c.operation_id = iru.operation() AND c.undone_at IS NULL
    GROUP BY s.item_id HAVING NOT bool_or(iru.goes_in(c.tlp, c.restriction))
  )
  UPDATE registry_operationitem oi SET closed_to = ARRAY(SELECT DISTINCT u FROM unnest(w.units) AS u ORDER BY u)
  FROM standing w
  WHERE iru.acting() AND oi.operation_id = iru.operation() AND oi.item_id = w.item_id
    AND oi.closed_to = '{}' AND oi.line_id IS NULL
$$;
REVOKE ALL ON FUNCTION iru.close_again(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.close_again(uuid[]) TO {{web}}, {{worker}};
