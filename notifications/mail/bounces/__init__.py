"""What comes back: bounces, complaints, and what providers say about mails they took."""
