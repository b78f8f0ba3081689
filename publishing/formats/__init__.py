"""The record in formats beside HTML: feeds, calendar, badges, cards, twins in Markdown and text."""
