"""Pages about shops: the directory, and the page of each."""
