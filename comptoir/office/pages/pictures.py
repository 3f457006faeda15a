"""The pictures for a network's texts: added with what one sees on them, named, removed."""

from functools import partial

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Conflict, Invalid
from comptoir.core.limits import Limit, TooMany, count
from comptoir.core.pictures.photo import LARGEST_BYTES, read_photo
from comptoir.networks.models import Picture
from comptoir.networks.operations.pages.pictures import add_picture, remove_picture
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.pages.texts import attempt
from comptoir.office.scope import Office, at_the_office, page
from comptoir.ui.bodies import takes_files

# The picture, and the texts that are typed beside it.
LARGEST_FORM = LARGEST_BYTES + 500_000
MOST_PICTURES, PICTURE_SECONDS = 60, 300


@takes_files(LARGEST_FORM)
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.WRITE_PAGES)
def pictures(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the pictures with the words by which a text shows them; keep one more."""
    fault = ""
    if request.method == "POST":
        try:
            keep_sent(request, office)
        except (Conflict, Invalid, TooMany) as refusal:
            fault = str(refusal)
        else:
            messages.success(request, _("Added."))
            return redirect("office:pictures", office.network.slug)
    kept = office.network.pictures.defer("large", "small").order_by("-added_at", "-pk")
    alt = request.POST.get("alt", "")
    return page(request, office, "pages/pictures", pictures=kept, fault=fault, alt=alt)


@require_POST
@at_the_office(NetworkVerb.WRITE_PAGES)
def removed(request: HttpRequest, office: Office, picture_id: int) -> HttpResponse:
    """Remove a picture that no text shows."""
    verb = partial(
        remove_picture, network=office.network, picture_id=picture_id, actor=office.actor
    )
    attempt(request, verb, _("Removed."))
    return redirect("office:pictures", office.network.slug)


def keep_sent(request: HttpRequest, office: Office) -> Picture:
    """Keep the picture that was sent. Raises `Invalid`, `Conflict`, `TooMany`."""
    sent = request.FILES.get("photo")
    if not isinstance(sent, UploadedFile):
        raise Invalid("missing", _("Choose a picture first."), field="photo")
    told = _("Many pictures came at once: wait a few minutes.")
    count(Limit("pictures", MOST_PICTURES, PICTURE_SECONDS, told), str(office.actor.id))
    return add_picture(
        network=office.network,
        photo=read_photo(sent),
        alt=request.POST.get("alt", ""),
        actor=office.actor,
    )
