"""The played internet: 27 platforms and nine providers on loopback, reached only by HTTP, DNS and SMTP."""
