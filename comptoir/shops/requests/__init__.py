"""Requests of shops to join, claims of listings, and what is offered between shop and network."""
