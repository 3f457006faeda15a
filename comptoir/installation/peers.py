"""The nodes that share the database: their secret key, their version, and its migrations."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from comptoir.config.health import OTHERS_TROUBLE, is_migrated
from comptoir.installation import nodes
from comptoir.installation.findings import Finding, error, warning
from comptoir.installation.words import gettext as _
from comptoir.notifications.reads import in_trouble
from comptoir.shops.models import Shop
from comptoir.version import running


def findings() -> Iterator[Finding]:
    """Yield what is wrong between this node, the database and the other nodes."""
    if not is_migrated():
        yield error(_("The database lacks migrations of this version: run “comptoir migrate”."))
        return
    yield from _keys()
    yield from _versions()
    if count := in_trouble().exclude(reason__in=OTHERS_TROUBLE).count():
        yield error(
            _("%(count)d mails have not left: “comptoir mail failed” lists them.")
            % {"count": count}
        )
    if settings.DEMO and Shop.objects.exists() and not _is_region():
        yield error(
            _(
                "COMPTOIR_DEMO is set, and the shops are not those of the demonstration: mails go"
                " nowhere and anybody enters as staff. Take it out."
            )
        )


def _keys() -> Iterator[Finding]:
    other = nodes.of_another_key().first()
    if other is None:
        return
    told = error if timezone.now() - other.seen_at < nodes.ALIVE else warning
    yield told(
        _(
            "The secret key of this node (COMPTOIR_SECRET_KEY, else %(var)s/secret_key) is not that"
            " of %(name)s, last seen %(when)s: sessions, links and limits do not hold across the"
            " two. Give both the same key, the older one."
        )
        % {
            "var": settings.VAR,
            "name": other.name,
            "when": f"{timezone.localtime(other.seen_at):%Y-%m-%d %H:%M}",
        }
    )


def _versions() -> Iterator[Finding]:
    for other in nodes.of_another_version():
        yield warning(
            _(
                "%(name)s serves version %(other)s, and this command is %(mine)s: bring both to the"
                " same one, and restart the service that was not."
            )
            % {"name": other.name, "other": other.version, "mine": running()}
        )


def _is_region() -> bool:
    from comptoir.demo.data import is_loaded

    return is_loaded()
