"""The first steps of a shop, and the networks it belongs to."""
