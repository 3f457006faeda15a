"""One-off copies at the counter, and their photos."""
