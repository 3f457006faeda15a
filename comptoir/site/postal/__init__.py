"""Ordering by post: the address, what it costs, the order; and the page of such an order."""
