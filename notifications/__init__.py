"""Telling people: subscriptions, broadcasts, deliveries, and one file per channel."""
