"""What a form says that was refused and cannot be corrected: the same to many, so drawn once."""
