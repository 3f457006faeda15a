"""How dates are written, where Django writes them otherwise than these pages do."""
