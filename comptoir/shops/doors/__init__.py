"""Closed doors: the public may not enter one shop, or those of a network, for a time; and the slots
by which it collects at the door meanwhile."""
