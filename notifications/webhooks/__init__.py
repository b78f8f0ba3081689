"""Webhooks apart from their channel: what is kept, what is said, what went out."""
