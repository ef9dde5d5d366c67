ALTER TABLE assessment_assessment
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id),
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id),
  ADD CONSTRAINT slot_known CHECK (slot IN ('A', 'B', 'T')),
  ADD CONSTRAINT verdict_known
    CHECK (verdict IN ('refer', 'do_not_refer', 'outside_mandate', 'needs_expert', 'needs_language')),
  -- What a referral line points to: exactly this verdict of this person on this basis.
  ADD CONSTRAINT exactly UNIQUE (unit_id, id, item_id, basis_digest, person_id, verdict);
CREATE UNIQUE INDEX assessment_one_verdict_a_person
  ON assessment_assessment (unit_id, operation_id, item_id, basis_digest, person_id) WHERE voided_at IS NULL;
CREATE INDEX assessment_assessment_item ON assessment_assessment (operation_id, item_id) WHERE voided_at IS NULL;
ALTER TABLE assessment_wideproposal
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id),
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id);
