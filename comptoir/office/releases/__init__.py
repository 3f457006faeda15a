"""Release days and draws of a network."""
