"""Associations of shops: each with a name, perhaps an address of its own, and settings."""
