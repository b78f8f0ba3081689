"""Many calls at once through the outbound door: reused handles, kept connections, no slow one in
the way of another."""
