"""Who works for a network: told by mail that they do, and helped when a factor is lost."""
