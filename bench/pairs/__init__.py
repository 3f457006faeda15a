"""Another commit beside the present one, driven from outside only, in turn."""
