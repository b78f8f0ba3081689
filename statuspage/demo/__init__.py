"""A fictional mail company whose record holds two real outages: data for `demo` and `replay`."""
