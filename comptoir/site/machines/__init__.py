"""What programs read: robots, site maps, what browsers ask for."""
