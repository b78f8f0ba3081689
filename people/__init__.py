"""Who acts: users, actors, tokens."""
