"""What release days ask of orders: not before a moment, one copy a person."""
