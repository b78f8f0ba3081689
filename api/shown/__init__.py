"""What the API shows of the record: explicit shapes, filled in one place each."""
