"""What is coming: release days on the site."""
