"""One case a file; each proves one promise."""
