"""What comes back by mail: bounces, delays, automatic replies and answers, from files."""
