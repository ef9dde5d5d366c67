"""Indicators, figures, and the public statement that is built from them."""
