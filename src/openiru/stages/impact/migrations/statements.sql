-- Statements for the public, and oversight.
ALTER TABLE impact_release ADD CONSTRAINT two_persons CHECK (proposed_by <> released_by),
  ADD CONSTRAINT whole CHECK (num_nulls(number, released_by, released_at) IN (0, 3)),
  ADD CONSTRAINT number_once UNIQUE (number),
  ADD CONSTRAINT of_operation FOREIGN KEY (operation_id) REFERENCES operations_operation (id);
ALTER TABLE impact_signoff ADD CONSTRAINT signed_once UNIQUE (release_id, participant_id),
  ADD CONSTRAINT of_operation FOREIGN KEY (operation_id) REFERENCES operations_operation (id);
ALTER TABLE impact_recommendation ADD CONSTRAINT number_once_in_operation UNIQUE (operation_id, number),
  ADD CONSTRAINT not_by_oneself CHECK (made_by <> answered_by),
  ADD CONSTRAINT whole CHECK (num_nulls(answered_by, answered_at) IN (0, 2)),
  ADD CONSTRAINT of_operation FOREIGN KEY (operation_id) REFERENCES operations_operation (id);

-- The next number of a statement: one series for the instance, one after the other.
CREATE FUNCTION iru.next_statement() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT iru.acting() THEN
    RAISE EXCEPTION 'nobody acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('impact statement number', 0));
  RETURN (SELECT coalesce(max(r.number), 0) + 1 FROM impact_release r);
END
$$;

-- What the public may read without an account: statements that were let go and whose embargo is over. No person, no unit's secret.
CREATE FUNCTION iru.public_statements()
RETURNS TABLE (number integer, title text, environment text, operations text[], as_of bigint, as_of_at timestamptz, digest text,
  sentences jsonb, figures jsonb, corrects integer, changes jsonb, public_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT r.number, r.title, r.environment, r.operations, r.as_of, r.as_of_at, r.digest, r.sentences, r.figures, r.corrects,
         r.changes, greatest(r.released_at, r.embargo_until)
  FROM impact_release r
  WHERE r.released_at IS NOT NULL AND greatest(r.released_at, r.embargo_until) <= iru.business_time()
  ORDER BY r.number DESC
$$;

-- Whether an overseer acts: asked by what only an overseer may read.
CREATE FUNCTION iru.oversees() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT iru.acting() AND EXISTS (SELECT FROM people_person p
    WHERE p.id = iru.person() AND p.unit_id = iru.unit() AND 'overseer' = ANY (p.roles))
$$;

-- Whether somebody acts who may look through the events: an overseer or a data-protection officer.
CREATE FUNCTION iru.sees_events() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT iru.acting() AND EXISTS (SELECT FROM people_person p
    WHERE p.id = iru.person() AND p.unit_id = iru.unit() AND p.roles && ARRAY['overseer', 'data_protection_officer'])
$$;

-- The log of the acting operation for whoever sees events, newest first: what happened, when, by whom (pseudonym and unit), to how many rows.
-- No payload: no content, no address, no name.
CREATE FUNCTION iru.overseen_events(before bigint, kind text, of_unit uuid, since timestamptz, until timestamptz, most integer)
RETURNS TABLE (index bigint, type text, at timestamptz, pseudonym text, unit_code text, rows integer, subject uuid, item uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.index, l.type, (l.body::json->>'occurred_at')::timestamptz, l.body::json->>'actor', u.code,
         (SELECT count(*)::integer FROM json_object_keys(l.body::json->'rows')), o.subject_id, o.item_id
  FROM ledger_position p JOIN ledger_leaf l ON l.seq = p.seq JOIN ledger_opening o ON o.id = l.id
  LEFT JOIN people_person a ON a.pseudonym = l.body::json->>'actor' LEFT JOIN people_unit u ON u.id = a.unit_id
  WHERE iru.sees_events() AND o.operation_id = iru.operation() AND (before IS NULL OR p.index < before)
    AND (kind = '' OR l.type = kind OR starts_with(l.type, kind || '.')) AND (of_unit IS NULL OR a.unit_id = of_unit)
    AND (since IS NULL OR (l.body::json->>'occurred_at')::timestamptz >= since)
    AND (until IS NULL OR (l.body::json->>'occurred_at')::timestamptz < until)
  ORDER BY p.index DESC LIMIT most
$$;

-- Every verdict on these items in the acting operation, those that no longer stand included, with grounds and without a word of content.
CREATE FUNCTION iru.overseen_verdicts(items uuid[])
RETURNS TABLE (item_id uuid, slot text, unit_code text, pseudonym text, verdict text, grounds jsonb, confidence integer,
  assessed_at timestamptz, voided_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.item_id, a.slot, u.code, p.pseudonym, a.verdict,
    coalesce((SELECT jsonb_agg(c->'ground') FROM jsonb_array_elements(a.facts->'claims') c), '[]'), a.confidence, a.assessed_at, a.voided_at
  FROM assessment_assessment a JOIN people_unit u ON u.id = a.unit_id
  JOIN people_person p ON p.unit_id = a.unit_id AND p.id = a.person_id
  WHERE iru.oversees() AND a.operation_id = iru.operation() AND a.item_id = ANY (items)
  ORDER BY a.item_id, a.assessed_at, a.id
$$;
REVOKE ALL ON FUNCTION iru.next_statement(), iru.public_statements(), iru.oversees(), iru.sees_events(), iru.overseen_verdicts(uuid[]),
  iru.overseen_events(bigint, text, uuid, timestamptz, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.next_statement(), iru.public_statements(), iru.oversees(), iru.sees_events(), iru.overseen_verdicts(uuid[]),
  iru.overseen_events(bigint, text, uuid, timestamptz, timestamptz, integer) TO {{web}};
