"""What an operation knows of what units hand in: extent, holds, markings, scope, what a row must hold."""
