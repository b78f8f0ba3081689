"""State machines that drive the record beside a plain model of it."""
