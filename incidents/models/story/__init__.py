"""What happened: entries, what was said, what broke for how long, and what is known of it."""
