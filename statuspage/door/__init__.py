"""The server's front door: ready bytes before Django, and a way through to it for all the rest."""
