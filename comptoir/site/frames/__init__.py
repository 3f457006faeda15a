"""“Where to find it”: what other sites put on their own pages, and the page that makes it."""
