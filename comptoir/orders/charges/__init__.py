"""What orders cost: reckoned by a quote as they were placed, and what of it is owed now."""
