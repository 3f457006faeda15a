"""What the tests of groups share."""

from comptoir.accounts.actors import READER
from comptoir.orders.contacts import group_proof
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import Order
from comptoir.orders.operations import confirm_group


def proof_of(group: OrderGroup) -> str:
    """Return what only the mail about a group holds."""
    email = Order.objects.filter(group=group).exclude(email="").values_list("email", flat=True)[0]
    return group_proof(group.token, email)


def confirm_all_by_mail(group: OrderGroup, *, rest: bool = False) -> OrderGroup:
    """Press the button that the link of the mail leads to."""
    return confirm_group(token=group.token, proof=proof_of(group), actor=READER, rest=rest)
