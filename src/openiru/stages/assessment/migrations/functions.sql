-- All verdicts on the items, of every unit, for the ruling: only for items on which the asker's own verdict is in, or for
-- the service and for coordinators who prepare a referral (two refer verdicts are no secret then).
CREATE FUNCTION iru.verdicts(items uuid[])
RETURNS TABLE (item_id uuid, id uuid, unit_id uuid, person_id uuid, slot text, basis_digest text, verdict text,
               assessed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.item_id, a.id, a.unit_id, a.person_id, a.slot, a.basis_digest, a.verdict, a.assessed_at
  FROM assessment_assessment a
  WHERE a.item_id = ANY (items) AND a.operation_id = iru.operation() AND a.voided_at IS NULL
    AND (EXISTS (SELECT 1 FROM assessment_assessment mine
                 WHERE mine.item_id = a.item_id AND mine.operation_id = a.operation_id
                   AND mine.person_id = iru.person() AND mine.voided_at IS NULL)
         OR EXISTS (SELECT 1 FROM registry_operationitem oi
                    WHERE oi.item_id = a.item_id AND oi.operation_id = a.operation_id
                      AND oi.state NOT IN ('seen', 'in_assessment')))
$$;

-- How many places are taken on an item, and whether the asker took one: no verdict, no name.
CREATE FUNCTION iru.slots(items uuid[])
RETURNS TABLE (item_id uuid, taken text[], mine boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.item_id, array_agg(a.slot), bool_or(a.person_id = iru.person())
  FROM assessment_assessment a
  WHERE a.item_id = ANY (items) AND a.operation_id = iru.operation() AND a.voided_at IS NULL
  GROUP BY a.item_id
$$;

-- The facts of the verdicts that stand behind a decided item: what the letter says.
CREATE FUNCTION iru.decided_facts(items uuid[])
RETURNS TABLE (item_id uuid, slot text, facts jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.item_id, a.slot, a.facts FROM assessment_assessment a
  JOIN registry_operationitem oi ON oi.item_id = a.item_id AND oi.operation_id = a.operation_id
  WHERE a.item_id = ANY (items) AND a.operation_id = iru.operation() AND a.voided_at IS NULL
    AND a.verdict = 'refer' AND a.basis_digest = oi.basis_digest AND oi.decided_at IS NOT NULL
$$;

-- Void every verdict that stands on another basis than the one given (what was shown has changed).
CREATE FUNCTION iru.void_other_bases(pairs json, moment timestamptz)
RETURNS TABLE (unit_id uuid, id uuid, item_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE assessment_assessment a SET voided_at = moment
  FROM json_to_recordset(pairs) AS p(item_id uuid, basis_digest text)
  WHERE a.item_id = p.item_id AND a.operation_id = iru.operation() AND a.voided_at IS NULL
    AND a.basis_digest <> p.basis_digest AND iru.acting()
  RETURNING a.unit_id, a.id, a.item_id
$$;
CREATE FUNCTION iru.wide_cases(items uuid[])
RETURNS TABLE (item_id uuid, unit_id uuid, person_id uuid, "case" jsonb, overseer_told_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT w.item_id, w.unit_id, w.person_id, w."case", w.overseer_told_at FROM assessment_wideproposal w
  WHERE w.item_id = ANY (items) AND w.operation_id = iru.operation()
$$;
REVOKE ALL ON FUNCTION iru.verdicts(uuid[]), iru.slots(uuid[]), iru.decided_facts(uuid[]),
  iru.void_other_bases(json, timestamptz), iru.wide_cases(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.verdicts(uuid[]), iru.slots(uuid[]), iru.decided_facts(uuid[]),
  iru.void_other_bases(json, timestamptz), iru.wide_cases(uuid[]) TO {{web}}, {{worker}};
