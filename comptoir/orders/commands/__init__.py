"""The command line of orders, and what it adds to that of shops."""

from comptoir.orders.commands.departures import end, merge
from comptoir.orders.commands.page import history, links, photos
from comptoir.orders.commands.reservations import orders
from comptoir.stock.commands import shops

__all__ = ["orders", "shops"]

for command in (end, merge, history, links, photos):
    shops.add_command(command)
