"""What each public address answers."""
