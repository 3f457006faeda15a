"""What is refused of conditions."""

from collections.abc import Sequence

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Message, NotFound, fill


def _named(names: Sequence[Message]) -> str:
    return ", ".join(str(name) for name in names)


_in_words = lazy(_named, str)


class TermsLack(Conflict):
    """Conditions lack what law asks for; `lacks` names it in `data`."""

    def __init__(self, columns: Sequence[str], names: Sequence[Message]) -> None:
        told = _("What law asks for is missing: %(what)s. Fill it in under “Conditions”.")
        super().__init__("terms_lack", fill(told, what=_in_words(names)), lacks=list(columns))


class NotPublished(Conflict):
    """Nothing can be posted before the conditions are published."""

    def __init__(self) -> None:
        told = _(
            "Publish your conditions first: whoever orders by post has to be able to read them."
        )
        super().__init__("terms_not_published", told)


def no_such_terms() -> NotFound:
    """Return the refusal of conditions that there are not."""
    return NotFound("no_such_terms", _("This shop has published no such conditions."))


def no_such_maker() -> NotFound:
    """Return the refusal of a maker that a shop has not written."""
    return NotFound("no_such_maker", _("There is no such maker here."))
