"""How addresses are looked at."""
