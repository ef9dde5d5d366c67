"""What every stage stands on (Django apps)."""
