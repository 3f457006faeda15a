"""Rounds: in which shops a list of titles is fetched, and in what order."""
