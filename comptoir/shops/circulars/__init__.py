"""Circulars: what a network writes to its members, and who of them has read it."""
