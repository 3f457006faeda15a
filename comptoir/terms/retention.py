"""What `terms` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, While

DECLARATION = Declaration(
    kept=(
        Kept(
            "terms.Conditions",
            ("director",),
            _("who answers for what a shop publishes, by name"),
            _("because law has it stand on the legal notice (loi 2004-575, article 1-1)"),
            While(_("until the shop names somebody else, or is erased")),
        ),
        Kept(
            "terms.TermsVersion",
            ("texts", "actor_kind", "actor_id"),
            _("versions of a shop’s conditions, with the name on its legal notice; who published"),
            _("because each order says which version it was made under"),
            While(_("until the shop is erased; an account that is deleted is named no more")),
        ),
    ),
    impersonal={
        "terms.Conditions.mediator_name": "the name of a mediator's office",
        "terms.Conditions.mediator_address": "the address of an office",
        "terms.Conditions.return_address": "the address of a business",
        "terms.Maker.name": "the name of a business",
        "terms.Maker.address": "the address of a business",
        "terms.Maker.contact": "how a business is reached",
        "terms.Maker.key": "the name of an imprint",
    },
)
