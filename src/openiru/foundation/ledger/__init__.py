"""The append-only transparency log: leaves in the command's own transaction, one sequencer, signed checkpoints."""
