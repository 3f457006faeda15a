"""Pictures that people send."""
