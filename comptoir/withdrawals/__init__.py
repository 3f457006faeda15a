"""Withdrawals: the right of readers to give back what they bought at a distance, until it is done."""
