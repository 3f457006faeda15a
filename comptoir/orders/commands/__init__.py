"""The command line of orders, and what it adds to that of shops."""

from comptoir.orders.commands.departures import end, merge
from comptoir.orders.commands.doors import network_doors, shop_doors
from comptoir.orders.commands.page import history, links, photos
from comptoir.orders.commands.reservations import orders
from comptoir.shops.commands import networks
from comptoir.stock.commands import shops

__all__ = ["networks", "orders", "shops"]

for command in (end, merge, history, links, photos, shop_doors):
    shops.add_command(command)
networks.add_command(network_doors)
