"""Makes what seven units and an agency hand in for one action day: invented, and always the same for one seed."""
