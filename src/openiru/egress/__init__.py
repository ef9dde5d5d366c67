"""The only hands: nothing else opens a socket or starts a program."""
