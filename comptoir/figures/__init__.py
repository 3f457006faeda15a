"""Figures that serve: what became of reservations, and what was asked for in vain."""
