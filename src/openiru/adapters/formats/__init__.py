"""Readers of what units hand in. Each file is one kind of file; stages reach them by their entry points."""
