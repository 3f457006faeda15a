"""Release days and draws of a shop."""
