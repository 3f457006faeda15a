"""What a shop's networks tell it: banners, and messages that wait to be read."""
