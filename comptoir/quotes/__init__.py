"""Quotes: what a basket costs, posted or collected, and by which rules."""
