"""Running the whole: the web, the jobs, the search index, the demonstration's tills."""
