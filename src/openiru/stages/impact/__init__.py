"""Impact: figures that hold, and the statement built from them."""
