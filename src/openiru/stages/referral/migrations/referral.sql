ALTER TABLE referral_referral
  ADD CONSTRAINT in_operation FOREIGN KEY (operation_id) REFERENCES operations_operation (id),
  ADD CONSTRAINT to_provider FOREIGN KEY (provider_id) REFERENCES directory_provider (id),
  ADD CONSTRAINT decided_by FOREIGN KEY (deciding_unit_id) REFERENCES people_unit (id),
  ADD CONSTRAINT sent_by FOREIGN KEY (sending_unit_id) REFERENCES people_unit (id),
  ADD CONSTRAINT referral_keyed UNIQUE (operation_id, id);
-- What covers more than one piece of content, and a shortener that was not followed, cannot stand on a line: the line carries
-- both facts of its item by composite key, and a CHECK says which may.
ALTER TABLE registry_item ADD CONSTRAINT item_covers UNIQUE (id, extent, needs_resolving);
ALTER TABLE assessment_wideproposal ADD CONSTRAINT proposal_of_item UNIQUE (unit_id, id, item_id);
-- Two persons in the schema: both assessments by composite key, both verdicts refer, two different people, one basis.
ALTER TABLE referral_line
  ADD CONSTRAINT of_referral FOREIGN KEY (operation_id, referral_id) REFERENCES referral_referral (operation_id, id),
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id),
  ADD CONSTRAINT numbered UNIQUE (referral_id, number),
  ADD CONSTRAINT line_keyed UNIQUE (operation_id, id),
  ADD CONSTRAINT first_assessment FOREIGN KEY (a_unit_id, a_id, item_id, basis_digest, a_person_id, a_verdict)
    REFERENCES assessment_assessment (unit_id, id, item_id, basis_digest, person_id, verdict),
  ADD CONSTRAINT second_assessment FOREIGN KEY (b_unit_id, b_id, item_id, basis_digest, b_person_id, b_verdict)
    REFERENCES assessment_assessment (unit_id, id, item_id, basis_digest, person_id, verdict),
  ADD CONSTRAINT both_refer CHECK (a_verdict = 'refer' AND b_verdict = 'refer'),
  ADD CONSTRAINT two_persons CHECK (a_person_id <> b_person_id),
  ADD CONSTRAINT covers FOREIGN KEY (item_id, extent, needs_resolving)
    REFERENCES registry_item (id, extent, needs_resolving),
  ADD CONSTRAINT has_a_route CHECK (extent IN ('item', 'account', 'channel', 'app', 'site')),
  ADD CONSTRAINT was_followed CHECK (NOT needs_resolving),
  ADD CONSTRAINT on_proposal FOREIGN KEY (wide_unit_id, wide_id, item_id)
    REFERENCES assessment_wideproposal (unit_id, id, item_id),
  -- More than one piece of content: a proposal, and the second person from a second unit.
  ADD CONSTRAINT wide_route CHECK (
    (extent = 'item' AND wide_id IS NULL)
    OR (extent <> 'item' AND wide_id IS NOT NULL AND wide_unit_id IS NOT NULL AND a_unit_id <> b_unit_id));
CREATE UNIQUE INDEX referral_line_one_referral ON referral_line (operation_id, item_id) WHERE withdrawn_at IS NULL;
ALTER TABLE referral_delivery
  ADD CONSTRAINT of_referral FOREIGN KEY (operation_id, referral_id) REFERENCES referral_referral (operation_id, id),
  ADD CONSTRAINT once_a_fence UNIQUE (referral_id, fence, state);
ALTER TABLE referral_answer
  ADD CONSTRAINT of_line FOREIGN KEY (operation_id, line_id) REFERENCES referral_line (operation_id, id),
  ADD CONSTRAINT versioned UNIQUE (line_id, version);
CREATE INDEX referral_referral_waiting ON referral_referral (operation_id, state);
CREATE INDEX referral_referral_decided ON referral_referral (deciding_unit_id, reference);
CREATE INDEX referral_line_item ON referral_line (item_id);
