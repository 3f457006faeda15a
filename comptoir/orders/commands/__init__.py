"""The command line of orders, and what it adds to that of shops."""

from comptoir.orders.commands.departures import end, merge
from comptoir.orders.commands.reservations import orders
from comptoir.stock.commands import shops

__all__ = ["orders", "shops"]

shops.add_command(end)
shops.add_command(merge)
