"""Forms that many invented readers send at once, and secrets that somebody guesses.

- `gauge`: whether a form is being flooded, by what all processes counted;
- `proof`: the work that a browser, or a program, then does before its form is taken;
- `tickets`: the wait that stands for it where nothing can be reckoned;
- `guesses`: how often somebody asked for what is not there, of addresses that hold a secret.

All of it stands on `core.limits`: its counts are in PostgreSQL and hold for all processes and
nodes, and nothing of it is done without `settings.RATE_LIMITS`.
"""
