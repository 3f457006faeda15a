"""Screens of invoices: how the shop names itself, what it issued, what it reports."""
