"""The shop's purchases: special orders gathered by supplier, sent, answered and received."""
