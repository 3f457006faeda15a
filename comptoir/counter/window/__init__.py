"""The shop's window: words on titles, and meetings."""
