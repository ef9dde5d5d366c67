-- What the queue is read by: items on which somebody may still speak, in the order of arrival, those with several contributions apart.
-- The bit is in the predicate, not in the key: under a policy no index is searched by an expression that is not leakproof.
CREATE INDEX registry_operationitem_waiting ON registry_operationitem (operation_id, id)
  WHERE state IN ('seen', 'in_assessment', 'disputed', 'parked') AND (milestones & 16384) = 0;
CREATE INDEX registry_operationitem_waiting_copies ON registry_operationitem (operation_id, id)
  WHERE state IN ('seen', 'in_assessment', 'disputed', 'parked') AND (milestones & 16384) = 16384;

ALTER TABLE assessment_claim
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id),
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id),
  ADD CONSTRAINT place_known CHECK (place IN (1, 2, 3)),
  -- Two people never have the same item in the same place: who comes second finds the row taken.
  ADD CONSTRAINT one_a_place UNIQUE (operation_id, item_id, place);
CREATE INDEX assessment_claim_person ON assessment_claim (operation_id, person_id);
ALTER TABLE assessment_savedsearch
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id);
ALTER TABLE assessment_opened
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id);
CREATE INDEX assessment_opened_own ON assessment_opened (unit_id, person_id, opened_at);
CREATE INDEX assessment_opened_quick ON assessment_opened (operation_id) WHERE quick;
ALTER TABLE assessment_languagerequest
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id),
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id);
CREATE UNIQUE INDEX assessment_languagerequest_open ON assessment_languagerequest (operation_id, item_id, wanted)
  WHERE withdrawn_at IS NULL AND done_at IS NULL;
ALTER TABLE assessment_translation
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id),
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id);
CREATE INDEX assessment_translation_item ON assessment_translation (operation_id, item_id);
ALTER TABLE assessment_alarm
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id),
  ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id) REFERENCES people_person (unit_id, id),
  ADD CONSTRAINT kind_known CHECK (kind IN ('life', 'abuse'));
CREATE INDEX assessment_alarm_item ON assessment_alarm (operation_id, item_id);
