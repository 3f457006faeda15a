"""Conditions, legal notice and privacy page of a shop."""
