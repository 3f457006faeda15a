"""The screen by which an owner takes what is the shop's, and ends it."""
