"""The network itself: what it is called, what it says of itself, and how its portal looks."""

from dataclasses import dataclass, field, fields
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Invalid, Message
from comptoir.networks.colours import USUAL, read_colour
from comptoir.networks.logos import LARGEST_BYTES, read_logo
from comptoir.networks.models import Network
from comptoir.networks.operations import NetworkChange, change_network, set_logo
from comptoir.networks.operations.networks import MOST_ABOUT
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page
from comptoir.ui.bodies import takes_files

LARGEST_FORM = LARGEST_BYTES + 100_000


@dataclass(slots=True)
class NetworkForm:
    """What is typed of a network so far, and what is wrong with it."""

    name: str = ""
    about: str = ""
    website: str = ""
    accent: str = ""
    errors: dict[str, Message] = field(default_factory=dict)
    proposal: str = ""
    """A colour that would do, where the one that is typed would not."""

    @classmethod
    def of(cls, network: Network) -> "NetworkForm":
        """Return the form of a network as it is."""
        decides = network.decides
        return cls(network.name, decides.about, decides.website, decides.accent)

    def read(self, typed: Any) -> None:  # noqa: ANN401  a QueryDict
        """Take what is typed."""
        for each in ("name", "about", "website", "accent"):
            setattr(self, each, typed.get(each, getattr(self, each))[:1000])

    def refuse(self, error: Invalid) -> None:
        """Say beside its field what is wrong."""
        known = {each.name for each in fields(self)}
        where = str(error.data.get("field", ""))
        self.errors[where if where in known else "name"] = error.message
        self.proposal = str(error.data.get("proposal", ""))

    @property
    def shown(self) -> str:
        """The colour of the preview, as addresses name it: what is typed, or what would do."""
        try:
            return (read_colour(self.accent) or USUAL).removeprefix("#")
        except Invalid as error:
            return str(error.data.get("proposal", USUAL)).removeprefix("#")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.CHANGE_NETWORK)
def network(request: HttpRequest, office: Office) -> HttpResponse:
    """Show what a network is called, says and looks like, and change it; or show first how what is
    typed would look."""
    form = NetworkForm.of(office.network)
    form.read(request.POST)
    try:
        if request.method == "POST" and "preview" not in request.POST:
            wanted = NetworkChange(
                name=form.name, about=form.about, website=form.website, accent=form.accent
            )
            change_network(network=office.network, change=wanted, actor=office.actor)
            messages.success(request, _("Saved: its pages look like this within seconds."))
            return redirect("office:network", office.network.slug)
        read_colour(form.accent)
    except Invalid as error:
        form.refuse(error)
    return _page(request, office, form)


@takes_files(LARGEST_FORM)
@require_POST
@at_the_office(NetworkVerb.CHANGE_NETWORK)
def logo(request: HttpRequest, office: Office) -> HttpResponse:
    """Take a logo, or take it away."""
    form = NetworkForm.of(office.network)
    sent = request.FILES.get("logo")
    try:
        if "remove" in request.POST:
            set_logo(network=office.network, picture=None, actor=office.actor)
            messages.success(request, _("The logo is taken away: the name stands there again."))
        elif sent is None:
            raise Invalid("missing", _("Choose a picture first."), field="logo")
        else:
            picture = read_logo(sent)
            set_logo(network=office.network, picture=picture, actor=office.actor)
            messages.success(request, _("The logo is kept: pages show it within seconds."))
    except Invalid as error:
        form.errors["logo"] = error.message
        return _page(request, office, form)
    return redirect("office:network", office.network.slug)


def _page(request: HttpRequest, office: Office, form: NetworkForm) -> HttpResponse:
    context = {"form": form, "most_about": MOST_ABOUT, "brand": office.network.decides.brand}
    return page(request, office, "network", **context)
