"""Other programs that take orders, set up from PyPI and asked beside ours."""
