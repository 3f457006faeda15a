"""What is kept about people, and that it goes."""
