-- An account without any secret exists in a demo instance and nowhere else, whoever writes it.
CREATE FUNCTION iru.demo_stays_demo() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.demo AND (SELECT i.environment FROM database_instance i) IS DISTINCT FROM 'demo' THEN
    RAISE EXCEPTION 'an account of the demonstration cannot exist here' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION iru.demo_stays_demo() FROM PUBLIC;
CREATE TRIGGER demo_stays_demo BEFORE INSERT OR UPDATE ON people_account
  FOR EACH ROW EXECUTE FUNCTION iru.demo_stays_demo();
