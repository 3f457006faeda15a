"""What a change of a shop's page means for its reservations, its stock and its window at once."""
