"""Invented worlds to try OpenIRU on: a played internet, and what units hand in. None of it is part of it."""
