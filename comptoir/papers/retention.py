"""What `papers` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "papers.PaperFile",
            ("pdf", "digest"),
            _("invoices and credit notes: name and address of who bought, titles, amounts"),
            _("because law has a business keep them (code de commerce, article L123-22)"),
            _("ten years after the end of their year; also when all else of a person is erased"),
        ),
        Kept(
            "papers.Paper",
            ("actor_kind", "actor_id"),
            _("which account issued an invoice"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
    ),
    impersonal={
        "papers.LegalIdentity.name": "the name of a business",
        "papers.Paper.content": "titles and amounts, without a person",
    },
)
