"""What is owed, worked out exactly: fractions and integers, no database, no floats."""
