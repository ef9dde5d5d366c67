-- Who acts, for which unit, in which operation, and when: asked by every policy, answered once a statement.
CREATE SCHEMA IF NOT EXISTS iru;
GRANT USAGE ON SCHEMA iru TO {{web}}, {{worker}}, {{stats}};

-- Readable by the owner only: what seals an act cannot be read by those who act.
CREATE TABLE iru.secret (sole boolean PRIMARY KEY DEFAULT true CHECK (sole), value bytea NOT NULL);
REVOKE ALL ON iru.secret FROM PUBLIC;
INSERT INTO iru.secret (value)
SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

CREATE FUNCTION iru.seal(person text, unit text, operation text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT encode(sha256(s.value || convert_to(
    concat_ws('|', pg_backend_pid()::text, extract(epoch FROM transaction_timestamp())::text, person, unit, operation),
    'UTF8')), 'hex')
  FROM iru.secret s
$$;
REVOKE ALL ON FUNCTION iru.seal(text, text, text) FROM PUBLIC;

-- True only inside a transaction that iru.begin opened: a setting forged by hand does not carry the seal.
CREATE FUNCTION iru.acting() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT coalesce(
    nullif(current_setting('iru.seal', true), '') = iru.seal(
      current_setting('iru.person', true), current_setting('iru.unit', true), current_setting('iru.operation', true)),
    false)
$$;

CREATE FUNCTION iru.unit() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT CASE WHEN iru.acting() THEN nullif(current_setting('iru.unit', true), '')::uuid END
$$;
CREATE FUNCTION iru.operation() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT CASE WHEN iru.acting() THEN nullif(current_setting('iru.operation', true), '')::uuid END
$$;
CREATE FUNCTION iru.person() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT CASE WHEN iru.acting() THEN nullif(current_setting('iru.person', true), '')::uuid END
$$;

-- Business time: the played clock where there is one, else the server's. A played clock stops where it runs to.
CREATE FUNCTION iru.business_time() RETURNS timestamptz
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT coalesce(
    (SELECT least(c.business_at + (clock_timestamp() - c.wall_at) * c.rate::double precision, c.runs_to)
     FROM public.database_clock c),
    clock_timestamp())
$$;
-- How fast business time runs now, as against the wall clock: 1 where nothing is played, 0 where it stands.
CREATE FUNCTION iru.clock_rate() RETURNS double precision
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT coalesce(
    (SELECT CASE WHEN iru.business_time() >= c.runs_to THEN 0 ELSE c.rate END FROM public.database_clock c), 1)::double precision
$$;
REVOKE ALL ON FUNCTION iru.clock_rate() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.clock_rate() TO {{web}}, {{worker}};
GRANT EXECUTE ON FUNCTION iru.acting(), iru.unit(), iru.operation(), iru.person(), iru.business_time()
  TO {{web}}, {{worker}}, {{stats}};

-- A column of a batch as the program sends it (foundation/database/columns.py): separator, mark for gaps, values. It has no setting
-- of its own, so that a plan has the array before it begins.
CREATE FUNCTION iru.cut(said text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN said = '' THEN '{}'::text[]
    WHEN left(said, 3) = left(said, 2) THEN '{""}'::text[]
    ELSE string_to_array(right(said, -2), left(said, 1), substr(said, 2, 1)) END
$$;
REVOKE ALL ON FUNCTION iru.cut(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.cut(text) TO {{web}}, {{worker}};
