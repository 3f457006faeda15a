"""What each verb of papers asks of its actor."""

from datetime import timedelta

from django.utils import timezone

from comptoir.papers.operations import IdentitySaid
from comptoir.shops.operations.scope import Verb
from tests.privacy.rows import make_contract
from tests.verbs.rows import of, on_shop

NOW = timezone.now()
TODAY = timezone.localdate()
SAID = IdentitySaid(name="Les Quatre Vents", form="SARL")


def handed_out(verb, w, actor):
    return verb(shop=w.shop, contract_id=make_contract(w.order).pk, actor=actor)


VERBS = dict(
    [
        of("papers.operations.identity.write_identity", Verb.CHANGE_SHOP,
           on_shop(said=SAID, now=NOW)),
        of("papers.operations.invoices.issue", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(order_id=w.order.pk, actor=actor, now=NOW)),
        of("papers.operations.credits.credit", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(order_id=w.order.pk, actor=actor, now=NOW)),
        of("contracts.reads.filed", Verb.EXPORT_SHOP, on_shop()),
        of("contracts.operations.hand_out", Verb.EXPORT_SHOP, handed_out),
        of("papers.reads.reported", Verb.EXPORT_SHOP,
           on_shop(first=TODAY - timedelta(days=9), last=TODAY)),
    ]
)  # fmt: skip
