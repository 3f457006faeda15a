"""Release days: titles that are not to be had before a moment, and one copy a person."""
