"""The openiru program: one sub-command a room."""
