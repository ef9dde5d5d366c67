-- Whether a token's time has not run out: a browser's runs by the clock on the wall, a program's by business time.
CREATE FUNCTION iru.lasts(kind text, expires_at timestamptz) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT expires_at > CASE kind WHEN 'session' THEN clock_timestamp() ELSE iru.business_time() END
$$;
REVOKE ALL ON FUNCTION iru.lasts(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.lasts(text, timestamptz) TO {{web}}, {{worker}};

-- Opens an act. Checks, in the database, that the person is an active member of the unit, that the unit takes part in the
-- operation, and that the caller holds a valid token of that person: in a live instance always, elsewhere where one is shown.
-- Then seals the answer.
CREATE FUNCTION iru.begin(person uuid, unit uuid, operation uuid, token bytea)
RETURNS TABLE (at timestamptz, pseudonym text, environment text, roles text[], unit_code text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  moment timestamptz := iru.business_time();
  world text := (SELECT i.environment FROM database_instance i);
  member people_person%ROWTYPE;
  code text := (SELECT u.code FROM people_unit u WHERE u.id = begin.unit);
  service boolean := person = '01900000-0000-7000-8000-000000000001'::uuid;
  -- A provider with the link of a letter (referral/migrations/links.sql): the instance's guest, of no unit.
  guest boolean := NOT service AND begin.unit = '01900000-0000-7000-8000-000000000002'::uuid;
BEGIN
  IF world IS NULL THEN
    RAISE EXCEPTION 'this database holds no instance yet' USING ERRCODE = 'no_data_found';
  END IF;
  IF service THEN
    IF session_user <> {{worker_name}} THEN
      RAISE EXCEPTION 'only the worker acts as the service' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF guest THEN
    IF NOT iru.link_opens(person, operation, token) THEN
      RAISE EXCEPTION 'this link is not valid, or not any more' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSE
    SELECT p.* INTO member FROM people_person p WHERE p.id = person AND p.unit_id = begin.unit;
    IF NOT FOUND OR member.active_from > moment OR member.active_to <= moment THEN
      RAISE EXCEPTION 'this person is not an active member of this unit' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (world = 'live' OR token <> '') AND NOT EXISTS (
      SELECT 1 FROM people_token t
      WHERE t.person_id = person AND t.unit_id = begin.unit AND t.digest = token
        AND t.revoked_at IS NULL AND iru.lasts(t.kind, t.expires_at)) THEN
      RAISE EXCEPTION 'no valid token of this person was shown' USING ERRCODE = 'insufficient_privilege';
    END IF;
  END IF;
  IF operation IS NOT NULL AND NOT service AND NOT guest AND NOT EXISTS (
    SELECT 1 FROM operations_participant a WHERE a.operation_id = begin.operation AND a.unit_id = begin.unit) THEN
    RAISE EXCEPTION 'this unit takes no part in this operation' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM set_config('iru.person', person::text, true);
  PERFORM set_config('iru.unit', unit::text, true);
  PERFORM set_config('iru.operation', coalesce(operation::text, ''), true);
  PERFORM set_config('iru.seal', iru.seal(person::text, unit::text, coalesce(operation::text, '')), true);
  RETURN QUERY SELECT moment,
    CASE WHEN service THEN 'service' WHEN guest THEN 'provider' ELSE member.pseudonym END,
    world,
    CASE WHEN service THEN ARRAY['service'] WHEN guest THEN ARRAY['provider'] ELSE member.roles END,
    coalesce(code, '');
END
$$;
REVOKE ALL ON FUNCTION iru.begin(uuid, uuid, uuid, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.begin(uuid, uuid, uuid, bytea) TO {{web}}, {{worker}};

-- Whose token is this? Asked before anybody acts. A browser's session is no token that a program could show.
CREATE FUNCTION iru.whose(token bytea)
RETURNS TABLE (person uuid, unit uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT t.person_id, t.unit_id FROM people_token t
  WHERE t.digest = token AND t.kind = 'access' AND t.revoked_at IS NULL AND t.expires_at > iru.business_time()
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

-- A browser's session for somebody who has just shown what their account asks for: the web server says so, nobody else.
CREATE FUNCTION iru.open_session(account uuid, session uuid, digest bytea, label text, lasting interval)
RETURNS TABLE (person uuid, unit uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  moment timestamptz := iru.business_time();
  owned people_account%ROWTYPE;
BEGIN
  SELECT a.* INTO owned FROM people_account a JOIN people_person p ON p.unit_id = a.unit_id AND p.id = a.person_id
  WHERE a.id = open_session.account AND p.active_from <= moment AND (p.active_to IS NULL OR p.active_to > moment);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nobody of an account like this is an active member' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF owned.demo AND (SELECT i.environment FROM database_instance i) <> 'demo' THEN
    RAISE EXCEPTION 'this account is of the demonstration' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO people_token (unit_id, id, person_id, digest, label, kind, issued_at, expires_at)
  VALUES (owned.unit_id, session, owned.person_id, open_session.digest, open_session.label, 'session',
    clock_timestamp(), clock_timestamp() + lasting);
  RETURN QUERY SELECT owned.person_id, owned.unit_id;
END
$$;
-- Whose session is this? Nobody's once it was ended, has run out, or its person is no member any more.
CREATE FUNCTION iru.whose_session(session bytea)
RETURNS TABLE (person uuid, unit uuid, id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT t.person_id, t.unit_id, t.id FROM people_token t
  JOIN people_person p ON p.unit_id = t.unit_id AND p.id = t.person_id
  WHERE t.digest = session AND t.kind = 'session' AND t.revoked_at IS NULL AND iru.lasts(t.kind, t.expires_at)
    AND (p.active_to IS NULL OR p.active_to > iru.business_time())
$$;
-- Whose code is this? Once: the answer uses it up.
CREATE FUNCTION iru.redeem(code bytea)
RETURNS TABLE (person uuid, unit uuid, name text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE people_invitation i SET used_at = iru.business_time()
  FROM people_person p, people_unit u
  WHERE i.digest = redeem.code AND i.used_at IS NULL AND i.expires_at > iru.business_time()
    AND p.unit_id = i.unit_id AND p.id = i.person_id AND p.active_to IS NULL AND u.id = i.unit_id
  RETURNING i.person_id, i.unit_id, u.code || '/' || p.handle
$$;
-- The cast of a demonstration, for the page on which one of them is chosen. No other instance answers.
CREATE FUNCTION iru.demo_cast()
RETURNS TABLE (person uuid, unit uuid, unit_code text, unit_name text, handle text, display_name text, roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.id, u.id, u.code, u.name, p.handle, p.display_name, p.roles
  FROM people_person p JOIN people_unit u ON u.id = p.unit_id
  WHERE p.active_to IS NULL AND (SELECT i.environment FROM database_instance i) = 'demo'
  ORDER BY u.code, p.handle
$$;
REVOKE ALL ON FUNCTION iru.open_session(uuid, uuid, bytea, text, interval), iru.whose_session(bytea), iru.redeem(bytea),
  iru.demo_cast() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.open_session(uuid, uuid, bytea, text, interval), iru.whose_session(bytea), iru.redeem(bytea),
  iru.demo_cast() TO {{web}};

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
