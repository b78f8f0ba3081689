"""Automation: the API."""
