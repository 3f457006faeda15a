"""To withdraw from a contract: asked for by number and address, or on the order's own page."""
