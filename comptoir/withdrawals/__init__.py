"""Withdrawals: readers give back what they bought at a distance, followed until it is done."""
