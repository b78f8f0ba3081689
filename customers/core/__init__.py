"""Exact numbers and money: no database, no floats."""
