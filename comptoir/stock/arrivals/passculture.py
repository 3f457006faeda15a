"""The stock of a shop from a provider that answers the pass Culture contract, page after page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid, NotFound
from comptoir.core.gate import Unreachable, ask, check_url
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.articles import resolve
from comptoir.stock.formats import passculture
from comptoir.stock.formats.lines import Covers, ReportMode
from comptoir.stock.formats.passculture import Entry
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.models import Report
from comptoir.stock.reports.operations import take_report

PAGE_ENTRIES = 1000
MOST_ENTRIES = 500_000
MOST_PAGES = 5_000
LARGEST_PAGE = 4 * 1024 * 1024
PAGE_SECONDS = 60.0
ALL_SECONDS = 1800.0
OVERLAP = timedelta(minutes=10)
"""How far before `since` is asked: clocks differ. What is reported twice changes nothing."""


def pull_provider(
    *, shop: Shop, url: str, actor: Actor, since: datetime | None = None, authorization: str = ""
) -> Report:
    """Apply the stock of a shop as its provider reports it, whole or not at all; return the report.

    `url` is the provider's address before `/{siret}` (`https://provider.example/stocks`). With
    `since` only what was modified from then on is asked, and it is a delta; else a snapshot. The
    moment is that at which the first page was asked: what moves here meanwhile is applied on top.
    `authorization` is sent as the header of that name. Nothing is applied when a page fails.

    Guard: `REPORT_STOCK`, before the first page is asked. Locks, writes, announces: as
    `take_report`, once all pages are here. Raises what it raises, `Unreachable`, `NotFound`
    (`unknown_to_provider`), `Invalid` (`bad_url`, `no_siret`, `bad_call`, `unstable_order`,
    `too_many_entries`).
    """
    now = timezone.now()
    entries = ask_pages(shop=shop, url=url, now=now, since=since, authorization=authorization)
    return take_report(
        Incoming(
            shop=shop,
            format=passculture.FORMAT.code,
            mode=ReportMode.SNAPSHOT if since is None else ReportMode.DELTA,
            as_of=now,
            lines=resolve(shop, passculture.FORMAT.code, passculture.merged(entries)),
            actor=actor,
            covers=Covers.NEW,
        )
    )


def ask_pages(
    *, shop: Shop, url: str, now: datetime, since: datetime | None, authorization: str
) -> Iterator[Entry]:
    """Yield the entries of a shop, asking for each page when it is needed (see `pull_provider`)."""
    if not shop.siret:
        message = _("The shop's SIRET is not known: the provider knows shops by it.")
        raise Invalid("no_siret", message)
    base = f"{url.rstrip('/')}/{shop.siret}"
    check_url(base)
    headers = {"Accept": "application/json"}
    if authorization:
        headers["Authorization"] = authorization
    query = {"limit": str(PAGE_ENTRIES)}
    if since is not None:
        query["modifiedSince"] = f"{since - OVERLAP:%Y-%m-%dT%H:%M:%S}.000Z"
    deadline = monotonic() + ALL_SECONDS
    seen: set[str] = set()
    count, last = 1, ""
    for _page in range(MOST_PAGES):
        after = {"after": last} if last else {}
        body = _page_body(f"{base}?{urlencode(query | after)}", headers, deadline)
        page = passculture.read_page(body, count, now)
        if not page:
            return
        yield from _in_order(page, seen)
        last = page[-1].ref
        count += len(page)
        if count > MOST_ENTRIES:
            break
    message = _("The provider never ends: more than 500,000 entries for one shop.")
    raise Invalid("too_many_entries", message)


def _page_body(url: str, headers: dict[str, str], deadline: float) -> bytes:
    left = deadline - monotonic()
    if left <= 0:
        raise Unreachable("too_slow", _("%(url)s takes too long to answer."), url)
    seconds = min(PAGE_SECONDS, left)
    with ask(url, headers=headers, seconds=seconds, largest=LARGEST_PAGE) as answer:
        status, body = answer.status, answer.read()
    if status == 404:
        raise NotFound("unknown_to_provider", _("The provider does not know this shop's SIRET."))
    if status != 200:
        message = _("%(url)s refuses to answer: ask the provider why.")
        raise Unreachable("refused", message, url)
    return body


def _in_order(page: list[Entry], seen: set[str]) -> Iterator[Entry]:
    """Yield the entries of a page: none of a reference seen before, unless right before it.

    One that comes back means that the order changed between two pages, and then that others were
    left out; or that the provider gives the same page for ever.
    """
    before = ""
    for entry in page:
        if entry.ref != before and entry.ref in seen:
            message = _(
                "The provider's order changed between two pages: nothing was taken, ask again."
            )
            raise Invalid("unstable_order", message, ref=entry.ref[:40])
        seen.add(entry.ref)
        before = entry.ref
        yield entry
