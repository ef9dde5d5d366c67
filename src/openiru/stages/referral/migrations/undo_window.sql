GRANT UPDATE (undo_until) ON referral_referral TO {{web}}, {{worker}};

-- The window is real time and not business time: it is for a person before a screen, and a played clock may stand.
CREATE FUNCTION iru.undo_until(seconds integer) RETURNS timestamptz
LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN seconds > 0 THEN clock_timestamp() + make_interval(secs => seconds) END
$$;

-- Seconds in which a batch can still be taken back; 0 when the window is over or there was none.
CREATE FUNCTION iru.undo_left(until timestamptz) RETURNS double precision
LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  SELECT greatest(coalesce(extract(epoch FROM until - clock_timestamp()), 0), 0)::double precision
$$;
REVOKE ALL ON FUNCTION iru.undo_until(integer), iru.undo_left(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.undo_until(integer), iru.undo_left(timestamptz) TO {{web}}, {{worker}};
