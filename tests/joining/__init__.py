"""Joining: asked, proved, answered, and the first steps after it."""
