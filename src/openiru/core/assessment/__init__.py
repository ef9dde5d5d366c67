"""The legal tests, the two-person rule, the wide route and agreement between assessors."""
