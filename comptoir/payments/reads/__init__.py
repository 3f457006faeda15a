"""How payments stand: of an order, its lines, a shop's ways to be paid, its reconciliations."""
