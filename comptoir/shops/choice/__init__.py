"""Which shops of the directory somebody means: one filter for page, API, command line and open
data. What may be asked for is in `request`, who answers to it in `answer`."""
