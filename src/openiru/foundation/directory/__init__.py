"""Providers, platforms, groups and outlets, and the authorities that are partners."""
