"""Payments: providers, every order of events, kills, screens."""
