"""What shops put into their windows: the agenda, the page of an event, feeds, lines for pages."""
