"""The shop's own page, changed by itself: what it says, its photos, its links, its history."""
