"""Senders: they claim what is due, have it sent, and write down what came of it."""
