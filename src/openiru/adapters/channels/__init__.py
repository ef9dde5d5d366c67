"""Ways to a provider: e-mail, and transcripts that reach nobody."""
