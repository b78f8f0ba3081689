"""Template tags of the public face; the console uses them too."""
