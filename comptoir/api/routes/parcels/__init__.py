"""Posting: what a shop has to post, and parcels."""
