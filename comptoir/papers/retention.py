"""What `papers` keeps about people: what, why, until when."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, Personal, Term, With, all_rows
from comptoir.papers.operations import erase_old
from comptoir.papers.person import erase, find
from comptoir.papers.rules import kept_years


def _old(now: datetime) -> int:
    return erase_old(now=now)


def _past(model: str, now: datetime) -> int:
    first = now.year - kept_years(now.date())
    return all_rows(model).filter(papers__day__year__lt=first).distinct().count()


DECLARATION = Declaration(
    kept=(
        Kept(
            "papers.PaperFile",
            ("pdf", "digest"),
            _("invoices and credit notes: name and address of who bought, titles, amounts"),
            _("because law has a business keep them (code de commerce, article L123-22)"),
            Term(
                _(
                    "ten years after the end of their year;"
                    " also when all else of a person is erased"
                ),
                _past,
                _old,
            ),
        ),
        Kept(
            "papers.Paper",
            ("buyer_key",),
            _("the keyed hash of an invoice’s buyer’s address"),
            _("so that who bought finds it as long as it is kept"),
            With(_("until the invoice is deleted")),
        ),
        Kept(
            "papers.Paper",
            ("actor_kind", "actor_id"),
            _("which account issued an invoice"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
    ),
    impersonal={
        "papers.LegalIdentity.name": "the name of a business",
        "papers.Numbering.siren": "the number of a business: no invoice number is given twice",
        "papers.Numbering.prefix": "how the numbers of its papers begin",
        "papers.Paper.content": "titles and amounts, without a person",
    },
    personal=Personal(find, erase),
)
