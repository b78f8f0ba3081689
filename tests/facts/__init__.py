"""What the demo says of the Mailstore outage; a package, so that one seeding serves it."""
