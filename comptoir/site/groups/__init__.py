"""Reserving in several shops in one act: the form, and the page of what was placed."""
