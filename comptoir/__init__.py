"""Comptoir: one counter for the independent bookshops and record shops of a region."""

__version__ = "0.1.0"
