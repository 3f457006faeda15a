"""Paying an order: the way to the provider and back, what providers tell, the test provider."""
