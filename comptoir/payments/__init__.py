"""Payments: a shop's accounts at providers, what came in, what went back, and the proof."""
