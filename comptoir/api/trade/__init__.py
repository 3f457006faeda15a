"""What the API takes and tells of an order beyond its copies: where it goes and what it costs.

- `postal`: the address, the charges.
- `payment`: how its money stands, and where it is paid.
"""
