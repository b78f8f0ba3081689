"""Many calls at once through the outbound door: kept connections, no slow one in the way of
another."""
