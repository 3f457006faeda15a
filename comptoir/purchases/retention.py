"""What `purchases` keeps about people: what, why, until when.

Of a reader nothing is here but which line of their order a copy is for; the order has its own date
of erasure (`orders`).
"""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, While, With

_ACTED = ("actor_kind", "actor_id")
_WHO = _("which account acted")
_WHY = _("so that colleagues know who did it")
_UNTIL = With(_("until the account is deleted; then the history says “somebody”"))

DECLARATION = Declaration(
    kept=(
        *(
            Kept(f"purchases.{model}", _ACTED, _WHO, _WHY, _UNTIL)
            for model in ("Wish", "Purchase", "PurchaseStep", "Arrival", "ArrivalScan")
        ),
        Kept(
            "purchases.Supplier",
            ("email",),
            _("the mail address of a supplier, which may be a person’s"),
            _("so that orders reach it"),
            While(_("until the shop changes it, or is erased")),
        ),
        Kept(
            "purchases.Purchase",
            ("mailed_to",),
            _("the mail address to which an order went"),
            _("so that the shop can say to whom it was sent"),
            While(_("until the shop is erased")),
        ),
    ),
    impersonal={
        "purchases.ArrivalScan.key": "what a page calls a scan, drawn anew for each",
        "purchases.Supplier.name": "a company’s name",
        "purchases.Distribution.name": "a company’s name, out of notices of books",
    },
)
