"""Hosts of portals as somebody writes them."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)


def read_host(text: str) -> str | None:
    """Return a host as it is compared, None for an empty text. Raises `Invalid` (`bad_host`), also
    for one of the installation's own."""
    host = text.strip().lower().rstrip(".")
    if host and not _HOST.fullmatch(host):
        told = _("“%(text)s” is no host: write it as livres.example.org, without https:// or port.")
        raise Invalid("bad_host", told % {"text": text[:80]}, field="host")
    if host in own_hosts():
        told = _("%(host)s is a name of the installation itself: choose another.")
        raise Invalid("bad_host", told % {"host": host}, field="host")
    return host or None


def own_hosts() -> set[str]:
    """Return the names of the installation itself: of its address, of its live feeds, and all that
    `COMPTOIR_HOSTS` says."""
    addresses = [urlsplit(each).hostname for each in (settings.BASE_URL, settings.LIVE_URL)]
    return {each.lower() for each in [*addresses, *settings.ALLOWED_HOSTS] if each}
