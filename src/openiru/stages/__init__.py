"""What happens: one Django app a stage, in the order in which an item walks through them."""
