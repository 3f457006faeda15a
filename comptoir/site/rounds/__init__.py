"""A list of titles, the rounds on which it is fetched, and all of it reserved at once."""
