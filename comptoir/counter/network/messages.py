"""The screen “Messages”: what the shop's networks wrote to it, and who here has read it."""

from dataclasses import dataclass

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.core.identifiers import read_key
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.shops.circulars.reads import circulars_of, html_of
from comptoir.shops.models import CircularCopy
from comptoir.shops.operations.circulars import read_circular, take_circulars_by_mail

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One message with its text as HTML."""

    copy: CircularCopy
    html: SafeString


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def messages(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the messages, the newest first; note that one is read, or have them come by mail or
    not."""
    if request.method == "POST":
        if "by_mail" in request.POST:
            by_mail = request.POST["by_mail"] == "1"
            take_circulars_by_mail(
                shop=desk.shop, by_mail=by_mail, actor=desk.actor, now=timezone.now()
            )
            notices.success(request, _("Saved."))
        elif copy_id := read_key(request.POST.get("read", "")):
            read_circular(shop=desk.shop, copy_id=copy_id, actor=desk.actor, now=timezone.now())
            notices.success(request, _("Noted: your network sees that it is read."))
        return redirect("counter:messages", desk.shop.slug)
    rows = [
        # Made by `networks.pages.markdown`, which lets nothing but text through.
        Row(copy, mark_safe(html_of(copy.circular)))  # noqa: S308
        for copy in circulars_of(desk.shop, desk.actor)[:SHOWN]
    ]
    return page(request, desk, "messages", rows=rows)
