"""One module a measure; each has its `PARTS`."""
