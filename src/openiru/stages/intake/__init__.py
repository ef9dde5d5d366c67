"""Intake: contributions from what units hand in, holds, the deconfliction round."""
