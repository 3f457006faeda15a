"""The shop's own page, changed at the counter."""
