"""The mail by which a network asks a shop to mend what is wrong: written for it, then edited."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from comptoir.networks.models import Network
from comptoir.networks.portal import portal_of, shown_as, site_address
from comptoir.oversight.faults import ASKS, Fault
from comptoir.shops.models import Shop

LONGEST, LONGEST_SUBJECT = 4_000, 120


def draft(
    network: Network, shop: Shop, faults: Sequence[Fault], *, signed: str, language: str
) -> tuple[str, str]:
    """Return the subject and the text of a mail about these faults, in a language. It leads to
    the network's own address, where it has one."""
    with override(language), shown_as(portal_of(network)):
        subject = _("Your page on %(network)s") % {"network": network.name}
        asks = "\n".join(f"– {ASKS[fault]}" for fault in faults)
        address = site_address() + reverse("counter:settings", args=[shop.slug])
        parts = [
            _("Good morning,"),
            _("We looked at the page of %(shop)s. This would help readers:") % {"shop": shop.name},
            asks,
            _("Your counter: %(address)s") % {"address": address},
            _("Answer this mail if we can help."),
            f"{signed}\n{network.name}",
        ]
        return subject, "\n\n".join(parts)
