-- Opens an act. Checks, in the database, that the person is an active member of the unit, that the unit takes part in the
-- operation, and, in a live instance, that the caller holds a valid token of that person. Then seals the answer.
CREATE FUNCTION iru.begin(person uuid, unit uuid, operation uuid, token bytea)
RETURNS TABLE (at timestamptz, pseudonym text, environment text, roles text[], unit_code text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  moment timestamptz := iru.business_time();
  world text := (SELECT i.environment FROM database_instance i);
  member people_person%ROWTYPE;
  code text := (SELECT u.code FROM people_unit u WHERE u.id = begin.unit);
  service boolean := person = '01900000-0000-7000-8000-000000000001'::uuid;
BEGIN
  IF world IS NULL THEN
    RAISE EXCEPTION 'this database holds no instance yet' USING ERRCODE = 'no_data_found';
  END IF;
  IF service THEN
    IF session_user <> {{worker_name}} THEN
      RAISE EXCEPTION 'only the worker acts as the service' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSE
    SELECT p.* INTO member FROM people_person p WHERE p.id = person AND p.unit_id = begin.unit;
    IF NOT FOUND OR member.active_from > moment OR member.active_to <= moment THEN
      RAISE EXCEPTION 'this person is not an active member of this unit' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF world = 'live' AND NOT EXISTS (
      SELECT 1 FROM people_token t
      WHERE t.person_id = person AND t.unit_id = begin.unit AND t.digest = token
        AND t.revoked_at IS NULL AND t.expires_at > moment) THEN
      RAISE EXCEPTION 'no valid token of this person was shown' USING ERRCODE = 'insufficient_privilege';
    END IF;
  END IF;
  IF operation IS NOT NULL AND NOT service AND NOT EXISTS (
    SELECT 1 FROM operations_participant a WHERE a.operation_id = begin.operation AND a.unit_id = begin.unit) THEN
    RAISE EXCEPTION 'this unit takes no part in this operation' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM set_config('iru.person', person::text, true);
  PERFORM set_config('iru.unit', unit::text, true);
  PERFORM set_config('iru.operation', coalesce(operation::text, ''), true);
  PERFORM set_config('iru.seal', iru.seal(person::text, unit::text, coalesce(operation::text, '')), true);
  RETURN QUERY SELECT moment,
    CASE WHEN service THEN 'service' ELSE member.pseudonym END,
    world,
    CASE WHEN service THEN ARRAY['service'] ELSE member.roles END,
    coalesce(code, '');
END
$$;
REVOKE ALL ON FUNCTION iru.begin(uuid, uuid, uuid, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.begin(uuid, uuid, uuid, bytea) TO {{web}}, {{worker}};

-- Whose token is this? The only question that can be asked before anybody acts.
CREATE FUNCTION iru.whose(token bytea)
RETURNS TABLE (person uuid, unit uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT t.person_id, t.unit_id FROM people_token t
  WHERE t.digest = token AND t.revoked_at IS NULL AND t.expires_at > iru.business_time()
$$;
-- Demo and exercise only: a person by handle, for --as. A live instance answers nothing.
CREATE FUNCTION iru.by_handle(unit_code text, person_handle text)
RETURNS TABLE (person uuid, unit uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.id, p.unit_id FROM people_person p JOIN people_unit u ON u.id = p.unit_id
  WHERE u.code = unit_code AND p.handle = person_handle
    AND (SELECT i.environment FROM database_instance i) IN ('demo', 'exercise')
$$;
REVOKE ALL ON FUNCTION iru.whose(bytea), iru.by_handle(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.whose(bytea), iru.by_handle(text, text) TO {{web}}, {{worker}};

-- The played business clock. The CHECK of the table keeps it out of a live instance. From a moment, or from where it is
-- now, and no further than an end; gives back from when it runs.
CREATE FUNCTION iru.set_clock(moment timestamptz, speed numeric, ending timestamptz) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  beginning timestamptz := coalesce(moment, iru.business_time());
BEGIN
  IF NOT iru.acting() THEN
    RAISE EXCEPTION 'nobody acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO database_clock (sole, environment, business_at, wall_at, rate, runs_to)
  SELECT true, i.environment, beginning, clock_timestamp(), speed, ending FROM database_instance i
  ON CONFLICT (sole) DO UPDATE SET business_at = excluded.business_at, wall_at = excluded.wall_at,
    rate = excluded.rate, runs_to = excluded.runs_to;
  RETURN beginning;
END
$$;
REVOKE ALL ON FUNCTION iru.set_clock(timestamptz, numeric, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.set_clock(timestamptz, numeric, timestamptz) TO {{web}}, {{worker}};
