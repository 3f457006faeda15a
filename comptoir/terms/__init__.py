"""What a shop tells by law whoever buys of it at a distance: in versions that orders name."""
