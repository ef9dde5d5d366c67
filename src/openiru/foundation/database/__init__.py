"""The database: the private server, roles, acting(by), the two clocks, ids and writing in sets."""
