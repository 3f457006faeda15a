"""Prints the token of every order of a database, one a line."""

import sys

from comptoir.cli import prepare

if __name__ == "__main__":
    prepare()
    from comptoir.orders.models import Order

    sys.stdout.write("\n".join(Order.objects.values_list("token", flat=True)))
