"""A page that takes an address and has a mail sent there: how it answers, and how often."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.limits import Limit, Network, TooMany, client_network, count
from comptoir.orders.contacts import recipient_key
from comptoir.shops.contacts import receives_mail
from comptoir.site.orders import private

DAY, HOUR = 86_400, 3_600
PER_ADDRESS, PER_RANGE, PER_MAILBOX = 10, 60, 5
Send = Callable[[str, str], None]
"""Queues a mail to an address, in a language; in the same time whether it is known or not."""


def answer(request: HttpRequest, pages: str, send: Send) -> HttpResponse:
    """Show the form (`site/<pages>/ask.html`), or take what it sends and say that a mail is on its
    way (`sent.html`): the same for every address, so that nobody learns which are known."""
    typed = request.POST.get("email", "")
    form = f"site/{pages}/ask.html"
    if request.method != "POST":
        return private(render(request, form))
    try:
        send(_counted(typed, client_network(request)), get_language() or "fr")
    except Invalid as fault:
        context = {"typed": typed, "error": str(fault.message)}
        return private(render(request, form, context, status=400))
    except TooMany as refusal:
        context = {"typed": typed, "error": str(refusal.message)}
        refused = render(request, form, context, status=429)
        refused.headers["Retry-After"] = str(refusal.data["retry_after"])
        return private(refused)
    return private(render(request, f"site/{pages}/sent.html", {"email": typed.strip()}))


def _counted(typed: str, network: Network) -> str:
    """Return a typed address in lower case, counted for all pages of this sort together.

    An order keeps its address so. What becomes another's by it (the Kelvin sign is a k then) would
    else have the links of that other sent to a mailbox of its own.

    Limited by client, by range (an hour) and by mailbox (a day). Writes: what the limits count.
    Raises `Invalid` (`bad_email`), `TooMany`.
    """
    address = typed.strip().lower()
    if not receives_mail(address):
        told = _("This is no e-mail address: write it as in name@example.org.")
        raise Invalid("bad_email", told, field="email")
    of_address = network.of_address(PER_ADDRESS, PER_RANGE)
    count(Limit("rights_from", of_address, HOUR), network.address)
    count(Limit("rights_of_range", network.of_range(PER_RANGE), HOUR), network.range)
    count(Limit("rights_to", PER_MAILBOX, DAY), recipient_key(address))
    return address
