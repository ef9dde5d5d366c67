ALTER TABLE intake_import
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id),
  ADD CONSTRAINT in_operation FOREIGN KEY (operation_id) REFERENCES operations_operation (id);
ALTER TABLE intake_refusedrow
  ADD CONSTRAINT of_import FOREIGN KEY (unit_id, import_id) REFERENCES intake_import (unit_id, id);
-- All rows of a statement name one import: asked once a statement, where a foreign key asks once a row. Imports are never deleted.
CREATE FUNCTION iru.import_exists() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT DISTINCT unit_id, import_id FROM written) w
             WHERE NOT EXISTS (SELECT FROM intake_import i WHERE i.unit_id = w.unit_id AND i.id = w.import_id)) THEN
    RAISE EXCEPTION 'no such import of this unit' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION iru.import_exists() FROM PUBLIC;
CREATE TRIGGER of_import AFTER INSERT ON intake_contribution REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION iru.import_exists();
ALTER TABLE intake_contribution
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id);
CREATE UNIQUE INDEX intake_contribution_once ON intake_contribution (unit_id, operation_id, fingerprint)
  WHERE undone_at IS NULL;
CREATE INDEX intake_contribution_item ON intake_contribution (unit_id, item_id);
CREATE INDEX intake_contribution_import ON intake_contribution (unit_id, import_id);
ALTER TABLE intake_hold
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, placed_by) REFERENCES people_person (unit_id, id),
  ADD CONSTRAINT kind_known CHECK (kind IN ('unit', 'judicial')),
  ADD CONSTRAINT scope_known CHECK (scope IN ('key', 'pattern', 'account', 'work', 'operation')),
  ADD CONSTRAINT a_units_hold_expires CHECK (kind <> 'unit' OR expires_at IS NOT NULL),
  ADD CONSTRAINT a_judicial_hold_has_authority CHECK (kind <> 'judicial' OR authority <> '');
CREATE INDEX intake_hold_standing ON intake_hold (scope, prefix) WHERE ended_at IS NULL;
ALTER TABLE intake_round
  ADD CONSTRAINT in_operation FOREIGN KEY (operation_id) REFERENCES operations_operation (id);
ALTER TABLE intake_roundanswer
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id),
  ADD CONSTRAINT round_answered_once UNIQUE (unit_id, round_id, for_unit_id);
