"""The harmonised notice on the legal guarantee as the European Commission draws it: a fixed graphic
in each language, which is shown whole, in colour and unchanged, and is no part of Comptoir.

Source: implementing regulation (EU) 2025/1960, annex I. An installation has the files in a folder
of its own (`COMPTOIR_GUARANTEE_NOTICE`).
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.notifications.operations import Attachment
from comptoir.orders.models import Order
from comptoir.orders.postal.mails import Enclosed
from comptoir.terms import law
from comptoir.terms.documents import LANGUAGES

KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Graphic:
    """A file of the Commission's: its media type and bytes, and the digest that is its address."""

    kind: str
    content: bytes

    @property
    def digest(self) -> str:
        """Twelve characters by which browsers tell it from another."""
        return sha256(self.content).hexdigest()[:12]


def graphic_in(language: str) -> Graphic | None:
    """Return the graphic in a language that is told by its code, or else in French; None where the
    installation has none. Raises `ImproperlyConfigured`."""
    found = _found()
    return found.get(language[:2]) or found.get(LANGUAGES[0])


def enclosed(order: Order) -> list[Enclosed]:
    """Return the graphic as a file of the mail that confirms an order, in the language that is
    active, where it was placed since the notice is law and the installation has it: what one was
    told before the order is theirs to keep (`orders.postal.mails.enclose`)."""
    placed = timezone.localdate(order.placed_at, timezone=ZoneInfo(order.shop.time_zone))
    found = graphic_in(get_language() or "") if law.holds("guarantee_notice", placed) else None
    if found is None:
        return []
    ending = next(ending for ending, kind in KINDS.items() if kind == found.kind)
    file = Attachment(_("legal-guarantee") + ending, found.kind, found.content)
    return [Enclosed(file, _("the notice on the legal guarantee of conformity"))]


def graphics() -> list[Graphic]:
    """Return all that the installation has. Raises as `graphic_in`."""
    return list(_found().values())


def _found() -> dict[str, Graphic]:
    return _read(Path(settings.GUARANTEE_NOTICE)) if settings.GUARANTEE_NOTICE else {}


@lru_cache(maxsize=4)
def _read(folder: Path) -> dict[str, Graphic]:
    found = {}
    for language in LANGUAGES:
        there = [kind for kind in KINDS if (folder / f"{language}{kind}").is_file()]
        if len(there) != 1:
            told = f"COMPTOIR_GUARANTEE_NOTICE: {folder} has one file {language}{'|'.join(KINDS)}."
            raise ImproperlyConfigured(told)
        content = (folder / f"{language}{there[0]}").read_bytes()
        found[language] = Graphic(KINDS[there[0]], content)
    return found
