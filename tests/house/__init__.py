"""The house rules that a machine can watch over."""
