"""What is drawn on pages, each drawing with the same in words."""
