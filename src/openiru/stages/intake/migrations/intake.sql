ALTER TABLE intake_import
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id),
  ADD CONSTRAINT in_operation FOREIGN KEY (operation_id) REFERENCES operations_operation (id);
ALTER TABLE intake_refusedrow
  ADD CONSTRAINT of_import FOREIGN KEY (unit_id, import_id) REFERENCES intake_import (unit_id, id);
-- As for registry_operationitem: asked once a statement. Imports and standing items are never deleted.
CREATE FUNCTION iru.contribution_belongs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT DISTINCT unit_id, import_id FROM written) w
             WHERE NOT EXISTS (SELECT FROM intake_import i WHERE i.unit_id = w.unit_id AND i.id = w.import_id)) THEN
    RAISE EXCEPTION 'no such import of this unit' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF EXISTS (SELECT FROM written w WHERE NOT EXISTS (SELECT FROM registry_operationitem o
             WHERE o.item_id = w.item_id AND o.operation_id IS NOT DISTINCT FROM w.operation_id OFFSET 0)) THEN
    RAISE EXCEPTION 'no such item in the operation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION iru.contribution_belongs() FROM PUBLIC;
CREATE TRIGGER belongs AFTER INSERT ON intake_contribution REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION iru.contribution_belongs();
CREATE TRIGGER stays BEFORE UPDATE ON intake_contribution FOR EACH ROW
  WHEN (OLD.unit_id <> NEW.unit_id OR OLD.operation_id <> NEW.operation_id OR OLD.import_id <> NEW.import_id
    OR OLD.item_id <> NEW.item_id) EXECUTE FUNCTION iru.stays_what_it_is();
CREATE UNIQUE INDEX intake_contribution_once ON intake_contribution (unit_id, operation_id, fingerprint)
  WHERE undone_at IS NULL;
CREATE INDEX intake_contribution_item ON intake_contribution (unit_id, item_id);
-- Rows of one import lie side by side.
CREATE INDEX intake_contribution_import ON intake_contribution USING brin (import_id) WITH (pages_per_range = 16);
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
