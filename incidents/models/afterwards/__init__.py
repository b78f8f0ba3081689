"""The account afterwards: postmortems, their sections, revisions, reviews and actions."""
