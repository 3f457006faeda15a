"""Django application of `orders`."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Reservations and their life."""

    name = "comptoir.orders"
    label = "orders"
