"""Where the screens of release days and draws stand: a counter or an office, which has guarded who
asks before any of them is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from comptoir.accounts.actors import Actor
from comptoir.draws.operations.steps import zone_of
from comptoir.networks.models import Network
from comptoir.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Front:
    """Whose release days and draws are shown, and who asks. `space` names the addresses, each of
    which begins with the word of the shop or network; `page` draws a page of the front by the name
    of its template; `may_write`: the forms stand there, which the verbs guard in any case."""

    request: HttpRequest
    of: Shop | Network
    actor: Actor
    space: str
    page: Callable[..., HttpResponse]
    may_write: bool = True

    @property
    def zone(self) -> ZoneInfo:
        """On whose clock moments are shown and typed."""
        return ZoneInfo(zone_of(self.of))

    def address(self, name: str, *keys: int) -> str:
        """Return the address of a screen, or of one of its deeds."""
        return reverse(f"{self.space}:{name}", args=[self.of.slug, *keys])

    def to(self, name: str, number: str = "") -> HttpResponse:
        """Lead to a screen, or to a page of it by its number."""
        asked = f"?page={number}" if number.isdecimal() and len(number) < 6 else ""
        return redirect(self.address(name) + asked)

    def screen(self, name: str, **context: Any) -> HttpResponse:  # noqa: ANN401
        """Draw a screen, with its addresses."""
        here = {"releases": self.address("releases"), "draws": self.address("draws")}
        return self.page(name, at=here, may_write=self.may_write, **context)
