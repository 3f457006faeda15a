"""Draws on the site: the page of each, its proof, entering it, and the page of an entry."""
