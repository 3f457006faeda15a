"""The screen “Banner”: a sentence for everybody, on every page and at every member's counter."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Conflict, Invalid
from comptoir.networks.operations.pages.banners import BannerRequest, end_banner, raise_banner
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.networks.pages.models import BannerLevel
from comptoir.office.pages.form import BannerForm
from comptoir.office.pages.texts import attempt
from comptoir.office.scope import Office, at_the_office, page

OLD_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.WRITE_PAGES)
def banner(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the banners of now, of later and of before; raise one."""
    form = BannerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wanted = BannerRequest(**(said | {"level": BannerLevel(said["level"])}))
        try:
            raise_banner(
                network=office.network, request=wanted, actor=office.actor, now=timezone.now()
            )
        except (Conflict, Invalid) as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Every page says it, and every counter."))
            return redirect("office:banner", office.network.slug)
    now = timezone.now()
    kept = office.network.banners.order_by("-begins_at", "-pk")
    return page(
        request,
        office,
        "pages/banner",
        form=form,
        now=now,
        live=kept.exclude(ends_at__lte=now),
        old=kept.filter(ends_at__lte=now)[:OLD_SHOWN],
    )


@require_POST
@at_the_office(NetworkVerb.WRITE_PAGES)
def ended(request: HttpRequest, office: Office, banner_id: int) -> HttpResponse:
    """End a banner."""
    verb = partial(
        end_banner,
        network=office.network,
        banner_id=banner_id,
        actor=office.actor,
        now=timezone.now(),
    )
    attempt(request, verb, _("Ended: nobody sees it any more."))
    return redirect("office:banner", office.network.slug)
