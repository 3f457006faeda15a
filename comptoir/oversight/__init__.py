"""Oversight: who did what, over everything; what is wrong with which shop; who looked at whom."""
