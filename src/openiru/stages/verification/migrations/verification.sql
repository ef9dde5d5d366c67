ALTER TABLE verification_check
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id);
CREATE INDEX verification_check_item ON verification_check (operation_id, item_id, at);
ALTER TABLE verification_due
  ADD CONSTRAINT of_item FOREIGN KEY (operation_id, item_id) REFERENCES registry_operationitem (operation_id, item_id),
  ADD CONSTRAINT due_once UNIQUE (operation_id, item_id);
CREATE INDEX verification_due_at ON verification_due (operation_id, due_at);
