"""What a browser or a program reaches by HTTP: addresses, headers, the server."""
