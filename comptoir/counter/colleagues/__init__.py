"""Colleagues: what they have of a title, customers sent to them, copies asked for and sent over."""
