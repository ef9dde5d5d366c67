"""How the outside is reached: one file or folder each; never Django, never each other."""
