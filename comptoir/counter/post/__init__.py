"""A day's post at the counter: fetch, pack, print, note numbers, hand over."""
