"""What the settings say of the site: whether its address, names and proxies agree."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from comptoir.config.variables import text
from comptoir.core.gate import is_private_name, is_public
from comptoir.installation.findings import Finding, error, warning
from comptoir.installation.words import gettext as _
from comptoir.site.shops.tiles import BadTiles, tile_file


def findings() -> Iterator[Finding]:
    """Yield what is wrong with the settings of the site, as they were read."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    values = {"url": settings.BASE_URL, "host": host}
    if not validate_host(host, settings.ALLOWED_HOSTS):
        yield error(
            _("COMPTOIR_BASE_URL is %(url)s, and COMPTOIR_HOSTS lacks %(host)s: add it.") % values
        )
    if is_of_everybody(host) and not settings.SECURE:
        yield error(
            _(
                "COMPTOIR_BASE_URL is %(url)s: on a public name readers' secrets would travel"
                " unencrypted. Have a proxy speak TLS, and write https://."
            )
            % values
        )
    if settings.SECURE and not settings.PROXIES:
        yield error(
            _(
                "COMPTOIR_BASE_URL is %(url)s and COMPTOIR_PROXIES is 0: all readers behind the"
                " proxy would share one limit. Write COMPTOIR_PROXIES=1, or how many there are."
            )
            % values
        )
    if settings.SECURE and not settings.LIVE_URL:
        yield warning(_("COMPTOIR_LIVE_URL is empty: pages ask again and again instead."))
    if settings.DEMO and settings.SECURE:
        yield error(
            _(
                "COMPTOIR_DEMO is set at the public address %(url)s: mails go nowhere and anybody"
                " enters as staff. Take it out."
            )
            % values
        )
    if settings.SECURE and not settings.DEMO:
        for name, value in (
            ("COMPTOIR_PUBLISHER", settings.PUBLISHER),
            ("COMPTOIR_DIRECTOR", settings.DIRECTOR),
            ("COMPTOIR_CONTACT", settings.CONTACT),
            ("COMPTOIR_HOSTED_BY", settings.HOSTED_BY),
        ):
            if not value:
                told = _("%(name)s is empty: the legal notice of a public site must say it.")
                yield error(told % {"name": name})
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost") and not settings.DEMO:
        yield error(
            _("COMPTOIR_FROM is %(sender)s: no mail server takes it. Write an address of yours.")
            % {"sender": settings.DEFAULT_FROM_EMAIL}
        )
    if not settings.RATE_LIMITS and settings.SECURE:
        yield warning(_("COMPTOIR_RATE_LIMITS is 0: nothing holds greedy clients back."))
    yield from of_map()


def of_map() -> Iterator[Finding]:
    """Yield what is wrong with the background of the map. For a process in which Django is set
    up; the file is opened."""
    if not settings.MAP_FILE:
        return
    if text("COMPTOIR_MAP_TILES"):
        yield warning(
            _(
                "COMPTOIR_MAP_FILE and COMPTOIR_MAP_TILES are both set: the file is shown. Take one"
                " of them out."
            )
        )
    try:
        tile_file()
    except BadTiles as bad:
        told = {
            "unreadable": _("%(path)s cannot be read (%(why)s): give it to the user of Comptoir."),
            "no_pmtiles": _("%(path)s is no PMTiles file of version 3: make it anew."),
            "no_pictures": _(
                "%(path)s holds tiles of the type %(why)s, and the map shows pictures: make a file"
                " of PNG, JPEG or WebP tiles."
            ),
            "compressed": _(
                "%(path)s holds tiles that are compressed once more (%(why)s): make it without."
            ),
            "empty": _("%(path)s holds no tile: make it anew."),
        }[bad.reason]
        why = told % {"path": settings.MAP_FILE, "why": bad.detail}
        yield error(_("COMPTOIR_MAP_FILE: %(why)s Until then outlines are drawn.") % {"why": why})


def is_of_everybody(host: str) -> bool:
    """Return whether a host is one of the public network, by its name or number."""
    try:
        ip_address(host)
    except ValueError:
        return "." in host and not is_private_name(host)
    return is_public(host)
