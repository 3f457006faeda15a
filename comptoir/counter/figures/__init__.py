"""Figures at the counter: the screen, and its table as a file."""
