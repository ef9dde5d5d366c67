-- The last number under a head such as RS-2020-, in every operation. Whoever asks keeps the head until the end of the
-- transaction: numbers are dense and without gaps, because a batch that is not committed takes none.
CREATE FUNCTION iru.last_reference(unit uuid, head text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT iru.acting() THEN
    RAISE EXCEPTION 'nobody acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('reference ' || head, 0));
  RETURN coalesce((
    SELECT max(substr(r.reference, length(head) + 1)::integer) FROM referral_referral r
    WHERE r.deciding_unit_id = unit AND r.kind = 'referral' AND starts_with(r.reference, head)
      AND substr(r.reference, length(head) + 1) ~ '^[0-9]{6,9}$'), 0);
END
$$;

-- Every marking that stands on an item, of all units, without words: a restriction that no machine understands is "unread".
CREATE FUNCTION iru.letter_markings(items uuid[])
RETURNS TABLE (item_id uuid, tlp text, pap text, restriction text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT s.item_id, c.tlp, c.pap,
    CASE WHEN lower(btrim(c.restriction)) IN ('', 'own_unit_only', 'no_provider', 'no_third_country', 'no_public')
         THEN lower(btrim(c.restriction)) ELSE 'unread' END
  FROM iru.sources(items) s JOIN intake_contribution c ON c.item_id = s.source_id
  WHERE c.operation_id = iru.operation() AND c.undone_at IS NULL
$$;

-- Words that may stand in a letter: of contributions marked open enough for a provider, oldest first.
CREATE FUNCTION iru.letter_words(items uuid[])
RETURNS TABLE (item_id uuid, quote text, translation text, place text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT s.item_id, c.quote, c.translation, c.place
  FROM iru.sources(items) s JOIN intake_contribution c ON c.item_id = s.source_id
  WHERE c.operation_id = iru.operation() AND c.undone_at IS NULL
    AND c.tlp IN ('clear', 'green') AND c.pap IN ('clear', 'green')
    AND lower(btrim(c.restriction)) IN ('', 'no_public', 'no_third_country')
  ORDER BY s.item_id, c.contributed_at, c.id
$$;

-- The proposals for more than one piece of content, of every unit, with the id that a line points to.
CREATE FUNCTION iru.letter_proposals(items uuid[])
RETURNS TABLE (item_id uuid, id uuid, unit_id uuid, person_id uuid, "case" jsonb, overseer_told_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT w.item_id, w.id, w.unit_id, w.person_id, w."case", w.overseer_told_at FROM assessment_wideproposal w
  WHERE w.item_id = ANY (items) AND w.operation_id = iru.operation() ORDER BY w.item_id, w.proposed_at, w.id
$$;
REVOKE ALL ON FUNCTION iru.last_reference(uuid, text), iru.letter_markings(uuid[]), iru.letter_words(uuid[]),
  iru.letter_proposals(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.last_reference(uuid, text), iru.letter_markings(uuid[]), iru.letter_words(uuid[]),
  iru.letter_proposals(uuid[]) TO {{web}}, {{worker}};
