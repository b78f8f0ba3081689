"""The operations: one call into the record each."""
