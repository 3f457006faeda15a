"""What law has a shop do for who buys at a distance: its conditions, and what comes back."""
