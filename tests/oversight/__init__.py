"""Oversight: the audit, the quality list, a look at a reservation."""
