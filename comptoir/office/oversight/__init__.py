"""Screens of oversight: the quality list, the audit, a look at a reservation."""
