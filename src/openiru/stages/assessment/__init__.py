"""Assessment: two people, by law, on exactly what was shown."""
