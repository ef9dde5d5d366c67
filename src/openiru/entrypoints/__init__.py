"""How people come in: the program, later the desk and the API."""
