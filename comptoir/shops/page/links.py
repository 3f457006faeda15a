"""Other addresses of a shop on the web: how one is read, and what it is called."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message, fill
from comptoir.core.identifiers import parse_website
from comptoir.core.text import one_line
from comptoir.shops.page.models import LONGEST_LABEL, LONGEST_URL

MOST_LINKS = 8
"""How many a shop's page shows at most."""

SITES = {
    "instagram.com": "Instagram",
    "facebook.com": "Facebook",
    "fb.com": "Facebook",
    "bsky.app": "Bluesky",
    "mastodon.social": "Mastodon",
    "piaille.fr": "Mastodon",
    "mamot.fr": "Mastodon",
    "threads.net": "Threads",
    "threads.com": "Threads",
    "x.com": "X",
    "twitter.com": "X",
    "tiktok.com": "TikTok",
    "youtube.com": "YouTube",
    "linkedin.com": "LinkedIn",
    "pinterest.fr": "Pinterest",
    "pinterest.com": "Pinterest",
    "discogs.com": "Discogs",
    "bandcamp.com": "Bandcamp",
    "soundcloud.com": "SoundCloud",
    "mixcloud.com": "Mixcloud",
    "babelio.com": "Babelio",
}
"""Sites on which shops have a page of their own, by their hosts."""

_HANDLE = re.compile(r"@([\w.-]{1,60})@([\w-]+(?:\.[\w-]+)+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkSaid:
    """A link as somebody writes it: an address, and what it is called; empty, that of its site."""

    url: str
    label: str = ""


def site_of(url: str) -> str:
    """Return what the site of an address is called, "" where it is not one of `SITES`."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    found = SITES.get(host) or next(
        (name for site, name in SITES.items() if host.endswith(f".{site}")), ""
    )
    if not found and urlsplit(url).path.startswith("/@"):
        return "Mastodon"
    return found


def read_link(said: LinkSaid) -> LinkSaid:
    """Return a link as it is kept: `https://` before what names no scheme, `@shop@site` as the page
    that it means there, with a label.

    Raises `Invalid` (`bad_link`) for what is no web address, for one of `SITES` that names nobody
    there, and for one that needs a label and has none; `too_long`.
    """
    text = said.url.strip()
    if handle := _HANDLE.fullmatch(text):
        text = f"https://{handle[2]}/@{handle[1]}"
    try:
        url = parse_website(text)
    except Invalid as error:
        raise Invalid("bad_link", error.message) from error
    if len(url) > LONGEST_URL:
        raise _too_long(LONGEST_URL)
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise _bad(_("“%(text)s” has a name or a password in it: leave that out."), text)
    site = site_of(url)
    alone = not parts.path.strip("/") and not parts.query
    if site and alone and (parts.hostname or "").removeprefix("www.") in SITES:
        told = _("“%(text)s” is the front page of %(site)s: give the address of your own page.")
        raise _bad(told, text, site=site)
    label = one_line(said.label) or site
    if len(label) > LONGEST_LABEL:
        raise _too_long(LONGEST_LABEL)
    if not label:
        told = _("Say what “%(text)s” is: “Our online shop”, “Our newsletter”.")
        raise _bad(told, text)
    return LinkSaid(url, label)


def read_links(said: list[LinkSaid]) -> list[LinkSaid]:
    """Return links as they are kept, in their order; those without an address are left out.

    Raises `Invalid` as `read_link`, and for one that comes twice or too many (`bad_link`); its
    number, from 0, in `data["row"]`.
    """
    found: list[LinkSaid] = []
    for row, each in enumerate(said):
        if not each.url.strip():
            continue
        try:
            link = read_link(each)
            if any(link.url == other.url for other in found):
                raise _bad(_("“%(text)s” is there twice."), link.url)
            if len(found) == MOST_LINKS:
                told = _("A page shows %(most)d links at most: leave one out.")
                raise Invalid("bad_link", fill(told, most=MOST_LINKS))
        except Invalid as error:
            error.data["row"] = row
            raise
        found.append(link)
    return found


def _bad(told: Message, text: str, **values: str) -> Invalid:
    return Invalid("bad_link", fill(told, text=text[:80], **values))


def _too_long(longest: int) -> Invalid:
    told = _("This is longer than %(longest)d characters.")
    return Invalid("too_long", fill(told, longest=longest))
