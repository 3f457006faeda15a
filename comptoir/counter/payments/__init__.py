"""Money at the counter: the shop's accounts, and what was paid and paid back of an order."""
