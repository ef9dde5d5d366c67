-- Nobody writes a verdict in a colleague's name: the person in the row is the one who acts.
CREATE POLICY own_hand ON assessment_assessment AS RESTRICTIVE FOR INSERT TO {{web}}, {{worker}}
  WITH CHECK (person_id = (SELECT iru.person()));
CREATE POLICY own_hand ON assessment_wideproposal AS RESTRICTIVE FOR INSERT TO {{web}}, {{worker}}
  WITH CHECK (person_id = (SELECT iru.person()));

-- All verdicts on the items, of every unit: only where the asker's own verdict on the same basis is in, or where the item is
-- settled (two refer verdicts are no secret then), or for an overseer. A disputed item is not settled: the third person judges
-- without knowing who said what.
CREATE FUNCTION iru.verdicts(items uuid[])
RETURNS TABLE (item_id uuid, id uuid, unit_id uuid, person_id uuid, slot text, basis_digest text, verdict text,
               assessed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.item_id, a.id, a.unit_id, a.person_id, a.slot, a.basis_digest, a.verdict, a.assessed_at
  FROM assessment_assessment a
  JOIN registry_operationitem oi ON oi.item_id = a.item_id AND oi.operation_id = a.operation_id
  WHERE a.item_id = ANY (items) AND a.operation_id = (SELECT iru.operation()) AND a.voided_at IS NULL
    AND (EXISTS (SELECT 1 FROM assessment_assessment mine
                 WHERE mine.item_id = a.item_id AND mine.operation_id = a.operation_id
                   AND mine.basis_digest = a.basis_digest
                   AND mine.person_id = (SELECT iru.person()) AND mine.voided_at IS NULL)
         OR oi.state NOT IN ('seen', 'undone', 'in_assessment', 'disputed', 'parked')
         OR EXISTS (SELECT 1 FROM people_person p
                    WHERE p.id = (SELECT iru.person()) AND p.unit_id = (SELECT iru.unit()) AND 'overseer' = ANY (p.roles)))
$$;

-- Which places are taken on an item on the basis given, and whether by the asker: no verdict, no name, no order. A verdict
-- that handed the item on (expert, language) takes no place: its slot is empty.
CREATE FUNCTION iru.slots(pairs json)
RETURNS TABLE (item_id uuid, slot text, mine boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.item_id, CASE WHEN a.verdict IN ('needs_expert', 'needs_language') THEN '' ELSE a.slot END,
         a.person_id = (SELECT iru.person())
  FROM assessment_assessment a
  JOIN json_to_recordset(pairs) AS p(item_id uuid, basis_digest text)
    ON p.item_id = a.item_id AND p.basis_digest = a.basis_digest
  WHERE a.operation_id = (SELECT iru.operation()) AND a.voided_at IS NULL
  ORDER BY a.item_id, a.slot
$$;

-- The facts of the verdicts that stand behind a decided item: what the letter says.
CREATE FUNCTION iru.decided_facts(items uuid[])
RETURNS TABLE (item_id uuid, slot text, facts jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.item_id, a.slot, a.facts FROM assessment_assessment a
  JOIN registry_operationitem oi ON oi.item_id = a.item_id AND oi.operation_id = a.operation_id
  WHERE a.item_id = ANY (items) AND a.operation_id = (SELECT iru.operation()) AND a.voided_at IS NULL
    AND a.verdict = 'refer' AND a.basis_digest = oi.basis_digest AND oi.decided_at IS NOT NULL
  ORDER BY a.item_id, a.slot
$$;

-- What draws are made from: nobody foretells which negative verdicts are looked at again. The same on every machine.
CREATE FUNCTION iru.assessment_seed() RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT sha256(s.value || convert_to('assessment|' || iru.operation()::text, 'UTF8')) FROM iru.secret s
  WHERE (SELECT iru.acting())
$$;

-- Items of the operation with verdicts that may still change, and whose of them no longer stand: the service alone asks, and
-- then acts as each unit. A verdict is stale on another basis, or when nothing stands for the item since it was given.
CREATE FUNCTION iru.items_with_verdicts() RETURNS TABLE (item_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT a.item_id FROM assessment_assessment a
  JOIN registry_operationitem oi ON oi.item_id = a.item_id AND oi.operation_id = a.operation_id
  WHERE a.operation_id = (SELECT iru.operation()) AND a.voided_at IS NULL
    AND oi.state IN ('seen', 'undone', 'in_assessment', 'disputed', 'parked', 'not_referred', 'decided', 'prepared')
    AND (SELECT iru.person()) = '01900000-0000-7000-8000-000000000001'::uuid
$$;
CREATE FUNCTION iru.stale_verdicts(pairs json) RETURNS TABLE (unit_id uuid, item_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.unit_id, a.item_id, a.id FROM assessment_assessment a
  JOIN json_to_recordset(pairs) AS p(item_id uuid, basis_digest text) ON p.item_id = a.item_id
  JOIN registry_operationitem oi ON oi.item_id = a.item_id AND oi.operation_id = a.operation_id
  WHERE a.operation_id = (SELECT iru.operation()) AND a.voided_at IS NULL
    AND (a.basis_digest <> p.basis_digest OR oi.state IN ('seen', 'undone'))
    AND (SELECT iru.person()) = '01900000-0000-7000-8000-000000000001'::uuid
  ORDER BY a.unit_id, a.item_id, a.id
$$;

CREATE FUNCTION iru.wide_cases(items uuid[])
RETURNS TABLE (id uuid, item_id uuid, unit_id uuid, person_id uuid, "case" jsonb, overseer_told_at timestamptz,
               proposed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT w.id, w.item_id, w.unit_id, w.person_id, w."case", w.overseer_told_at, w.proposed_at
  FROM assessment_wideproposal w
  WHERE w.item_id = ANY (items) AND w.operation_id = (SELECT iru.operation()) ORDER BY w.item_id, w.proposed_at, w.id
$$;
REVOKE ALL ON FUNCTION iru.verdicts(uuid[]), iru.slots(json), iru.decided_facts(uuid[]), iru.assessment_seed(),
  iru.items_with_verdicts(), iru.stale_verdicts(json), iru.wide_cases(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.verdicts(uuid[]), iru.slots(json), iru.decided_facts(uuid[]), iru.assessment_seed(),
  iru.wide_cases(uuid[]) TO {{web}}, {{worker}};
GRANT EXECUTE ON FUNCTION iru.items_with_verdicts(), iru.stale_verdicts(json) TO {{worker}};
