"""Units with their legal profile, people, tokens, and who may do what."""
