"""What chats and social media have in common."""
