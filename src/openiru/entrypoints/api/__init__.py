"""The programming interface: REST under /api/v1, thin over the same commands and queries as the program and the pages."""
