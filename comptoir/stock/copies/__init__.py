"""One-off copies: told by a feed, entered by hand, shown with their photo."""
