"""The command line of orders, and what it adds to that of shops."""

from comptoir.orders.commands.departures import end, merge
from comptoir.orders.commands.doors import network_doors, shop_doors
from comptoir.orders.commands.reservations import orders
from comptoir.shops.commands import networks
from comptoir.stock.commands import shops

__all__ = ["networks", "orders", "shops"]

shops.add_command(end)
shops.add_command(merge)
shops.add_command(shop_doors)
networks.add_command(network_doors)
