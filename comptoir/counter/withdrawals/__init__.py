"""What readers give back, at the counter."""
