"""Django's SQLite, in a file that its owner alone can read."""
