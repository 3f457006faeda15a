"""What `contracts` keeps about people: what, why, until when."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.contracts.operations import erase_old
from comptoir.contracts.person import erase, find
from comptoir.core.retention.shape import Declaration, Kept, Personal, Term, all_rows


def _old(now: datetime) -> int:
    return erase_old(now=now)


def _past(model: str, now: datetime) -> int:
    return all_rows(model).filter(until__lt=now.date()).count()


DECLARATION = Declaration(
    kept=(
        Kept(
            "contracts.Contract",
            ("buyer_name", "buyer_email", "buyer_address", "buyer_key", "lines"),
            _("of a contract of 120 € and more: who bought what of whom, when, for how much"),
            _("because the law says so (code de la consommation, L213-1)"),
            Term(_("ten years after the delivery"), _past, _old),
        ),
    ),
    impersonal={},
    personal=Personal(find, erase),
)
