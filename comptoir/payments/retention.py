"""What `payments` keeps about people: what, why, until when.

Cards and bank accounts of readers are the providers' business, and never reach this installation.
Of a notice only what it is about is kept, not its text, which has the reader's name and address.
"""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, Personal, Term, With, after
from comptoir.payments.operations import erase_due
from comptoir.payments.person import erase, find


def _due(now: datetime) -> int:  # noqa: ARG001
    return erase_due()


DECLARATION = Declaration(
    kept=(
        Kept(
            "payments.Transfer",
            ("reference",),
            _("what the bank says of a transfer, which may name who paid"),
            _("so that the owner finds it again on the statement"),
            Term(
                _("until the order is erased"),
                after("order__erased_at", where=~Q(reference="")),
                _due,
            ),
        ),
        Kept(
            "payments.Refund",
            ("why",),
            _("what the provider said of a refund that failed, in its own words"),
            _("so that the owner knows why money did not go back"),
            Term(
                _("until the order is erased"),
                after("order__erased_at", where=~Q(why="")),
                _due,
            ),
        ),
        Kept(
            "payments.Account",
            ("actor_kind", "actor_id"),
            _("which account entered the shop’s payment account"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "payments.Transfer",
            ("actor_kind", "actor_id"),
            _("which account entered a bank transfer"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "payments.PaidOtherwise",
            ("actor_kind", "actor_id"),
            _("which account paid back"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "payments.Refund",
            ("actor_kind", "actor_id"),
            _("which account paid back"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
    ),
    impersonal={
        "payments.Account.token": "a secret word of the shop’s account, in the address for notices",
        "payments.Session.token": "a random word by which the provider knows a payment",
        "payments.Refund.token": "a random word by which the provider knows a refund",
        "payments.Notice.key": "the random word of the payment that a notice is about",
        "payments.TrialPayment.key": "the random word of a payment that is none",
    },
    personal=Personal(find, erase),
)
