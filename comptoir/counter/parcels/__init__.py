"""Posting at the counter: what parcels cost, and books whose two prices differ."""
