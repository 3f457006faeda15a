"""What a shop's page shows by the shop's own word, and the history of all that a shop says."""
