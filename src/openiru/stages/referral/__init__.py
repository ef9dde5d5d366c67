"""Referral: batches to providers, at most once by machine, and their answers."""
