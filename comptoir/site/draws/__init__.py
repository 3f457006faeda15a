"""What is coming: release days, draws with their proofs, and entries in them."""
