"""Verification: is it really gone, and does it come back."""
