"""Template filters of assessment."""
