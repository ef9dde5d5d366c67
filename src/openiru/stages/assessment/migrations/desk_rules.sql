-- Exposure is nobody's but one's own: no role, no superior, no colleague sees a row of somebody else.
CREATE POLICY own_eyes ON assessment_opened AS RESTRICTIVE TO {{web}}, {{worker}}
  USING (person_id = (SELECT iru.person())) WITH CHECK (person_id = (SELECT iru.person()));
-- Nobody asks, translates or raises an alarm in a colleague's name.
CREATE POLICY own_hand ON assessment_languagerequest AS RESTRICTIVE FOR INSERT TO {{web}}, {{worker}}
  WITH CHECK (person_id = (SELECT iru.person()));
CREATE POLICY own_hand ON assessment_translation AS RESTRICTIVE FOR INSERT TO {{web}}, {{worker}}
  WITH CHECK (person_id = (SELECT iru.person()));
CREATE POLICY own_hand ON assessment_alarm AS RESTRICTIVE FOR INSERT TO {{web}}, {{worker}}
  WITH CHECK (person_id = (SELECT iru.person()));
-- What only some units may see of the items is seen by those alone here too; a translation may be kept inside the unit.
CREATE POLICY closed ON assessment_languagerequest AS RESTRICTIVE TO {{web}}, {{worker}}
  USING (EXISTS (SELECT FROM registry_operationitem oi WHERE oi.item_id = assessment_languagerequest.item_id
    AND oi.operation_id = assessment_languagerequest.operation_id));
CREATE POLICY closed ON assessment_translation AS RESTRICTIVE TO {{web}}, {{worker}}
  USING ((NOT own_unit OR unit_id = (SELECT iru.unit()))
    AND EXISTS (SELECT FROM registry_operationitem oi WHERE oi.item_id = assessment_translation.item_id
      AND oi.operation_id = assessment_translation.operation_id));

-- The clock on the wall, for what a person before a screen does: how long a claim lasts, when an item was opened.
CREATE FUNCTION iru.wall() RETURNS timestamptz LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  SELECT clock_timestamp()
$$;
REVOKE ALL ON FUNCTION iru.wall() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.wall() TO {{web}}, {{worker}};

-- Facts about waiting items for the queue: how many contributions, since when, with words, by hand or by file. No unit is named.
CREATE FUNCTION iru.queue_facts(items uuid[])
RETURNS TABLE (item_id uuid, copies bigint, since timestamptz, worded boolean, translated boolean, by_hand boolean, by_file boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT s.item_id, count(*), min(c.contributed_at),
    bool_or((c.quote <> '' OR c.title <> '') AND (c.unit_id = (SELECT iru.unit())
      OR (c.restriction = '' AND c.tlp IN ('clear', 'green', 'amber')))),
    bool_or(c.translation <> '' AND (c.unit_id = (SELECT iru.unit())
      OR (c.restriction = '' AND c.tlp IN ('clear', 'green', 'amber')))),
    bool_or(m.format = 'text'), bool_or(m.format <> 'text')
  FROM iru.sources(items) s
    JOIN operations_participant p ON p.operation_id = (SELECT iru.operation()) AND p.unit_id IS NOT NULL,
    LATERAL (SELECT * FROM intake_contribution u WHERE u.unit_id = p.unit_id AND u.item_id = s.source_id OFFSET 0) c
    JOIN intake_import m ON m.unit_id = c.unit_id AND m.id = c.import_id
  WHERE c.operation_id = (SELECT iru.operation()) AND c.undone_at IS NULL
  GROUP BY s.item_id
$$;
-- What two people said of an item on which they differ, for the third: both reasons, and not whose they are. In the order of the
-- places, which were drawn by lot. Nothing of an item that is not in dispute.
CREATE FUNCTION iru.both_reasons(items uuid[])
RETURNS TABLE (item_id uuid, slot text, verdict text, facts jsonb, confidence integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.item_id, a.slot, a.verdict, a.facts, a.confidence
  FROM assessment_assessment a
  JOIN registry_operationitem oi ON oi.item_id = a.item_id AND oi.operation_id = a.operation_id
  WHERE a.item_id = ANY (items) AND a.operation_id = (SELECT iru.operation()) AND a.voided_at IS NULL
    AND oi.state = 'disputed' AND a.slot IN ('A', 'B') AND a.verdict NOT IN ('needs_expert', 'needs_language')
    AND a.basis_digest = oi.basis_digest AND (oi.closed_to = '{}' OR (SELECT iru.unit()) = ANY (oi.closed_to))
  ORDER BY a.item_id, a.slot
$$;
-- Verdicts that came sooner than the words could be read: for an overseer's sample, without whose they are and how fast.
CREATE FUNCTION iru.quick_verdicts()
RETURNS TABLE (item_id uuid, assessment_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT o.item_id, o.assessment_id FROM assessment_opened o
  WHERE o.operation_id = (SELECT iru.operation()) AND o.quick AND o.assessment_id IS NOT NULL
    AND EXISTS (SELECT FROM people_person p
      WHERE p.id = (SELECT iru.person()) AND p.unit_id = (SELECT iru.unit()) AND 'overseer' = ANY (p.roles))
  ORDER BY o.assessment_id
$$;

-- Out of the sight of everybody, whatever their unit and role: no unit has this id. It stays so whoever contributes it again.
CREATE FUNCTION iru.take_out_of_sight(item uuid) RETURNS SETOF registry_operationitem
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE registry_operationitem oi SET closed_to = ARRAY['00000000-0000-0000-0000-000000000000'::uuid]
  WHERE oi.item_id = item AND oi.operation_id = iru.operation() AND iru.acting()
    AND oi.state IN ('seen', 'in_assessment', 'disputed', 'parked')
    AND (oi.closed_to = '{}' OR iru.unit() = ANY (oi.closed_to))
  RETURNING oi.*
$$;
CREATE FUNCTION iru.stays_out_of_sight() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  NEW.closed_to := OLD.closed_to;
  RETURN NEW;
END
$$;
CREATE TRIGGER out_of_sight BEFORE UPDATE ON registry_operationitem FOR EACH ROW
  WHEN (OLD.closed_to = ARRAY['00000000-0000-0000-0000-000000000000'::uuid]) EXECUTE FUNCTION iru.stays_out_of_sight();
REVOKE ALL ON FUNCTION iru.queue_facts(uuid[]), iru.both_reasons(uuid[]), iru.quick_verdicts(), iru.take_out_of_sight(uuid),
  iru.stays_out_of_sight() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.queue_facts(uuid[]), iru.both_reasons(uuid[]), iru.quick_verdicts(), iru.take_out_of_sight(uuid)
  TO {{web}}, {{worker}};
