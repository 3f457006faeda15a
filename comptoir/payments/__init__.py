"""Payments: a shop's accounts at providers, what was captured, what was paid back, and the proof."""
