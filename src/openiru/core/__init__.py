"""What is true. Standard library only: no clock, disk, network, Django. A jurist can read it."""
