"""Signing in: passkeys, codes, organisations, the cast of a demonstration; sessions; showing again that it is you."""
