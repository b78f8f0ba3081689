"""Planned work: its windows, its reminders, and how it comes back."""
