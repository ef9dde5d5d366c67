"""The provider's page: one letter, answered by whoever holds its link and code, without an account."""
