"""Closed doors at the counter: the switch and its week, and who comes to the door."""
