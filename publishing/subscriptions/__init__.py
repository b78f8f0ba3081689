"""What readers fill in and manage: questions, and what they hear of by which way."""
