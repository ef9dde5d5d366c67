"""One factory a thing that stories need: real commands, no shortcuts into tables but where a docstring says so."""
