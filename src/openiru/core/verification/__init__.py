"""From a raw observation to gone, live, restricted, moved or inconclusive; when to look again."""
