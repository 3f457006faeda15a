"""Conditions and a withdrawal as rows alone, for tests of routes and verbs."""

from django.utils import timezone

from comptoir.orders.models import Order
from comptoir.terms.models import Maker, OrderTerms, TermsVersion
from comptoir.withdrawals.models import Withdrawal, WithdrawnLine
from comptoir.withdrawals.operations.links import link_of

SECTION = {"heading": "Qui vend", "boxed": False, "language": "", "paragraphs": ["Nous."]}


def rights_of(order: Order) -> dict[str, str]:
    """Make a version, which the order names, a maker and a withdrawal; return the keys of each as
    routes name them."""
    now = timezone.now()
    documents = {key: [SECTION] for key in ("conditions", "legal", "privacy")}
    version = TermsVersion.objects.create(
        shop=order.shop,
        number=1,
        published_at=now,
        texts={"fr": documents, "en": documents},
        actor_kind="system",
    )
    OrderTerms.objects.create(order=order, version=version)
    maker = Maker.objects.create(
        shop=order.shop, imprint="Seuil", key="seuil", name="N", address="A", contact="a@b.fr"
    )
    made = Withdrawal.objects.create(order=order, declared_at=now, confirmed_at=now)
    line = order.lines.first()
    row = WithdrawnLine.objects.create(withdrawal=made, line=line, quantity=1)
    return {
        "int:maker_id": str(maker.pk),
        "int:withdrawal_id": str(made.pk),
        "int:withdrawn_id": str(row.pk),
        "str:withdrawal_link": link_of(order, now),
    }
