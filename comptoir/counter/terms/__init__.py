"""The screens of a shop's conditions, and of who made what it posts."""
