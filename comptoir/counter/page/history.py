"""The history of what is written of the shop, and the button that undoes an act."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.core.identifiers import read_key
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page, with_names
from comptoir.events.operations.picks import order_of
from comptoir.orders.operations.page.undo import undo_act
from comptoir.shops.operations.page.meanwhile import last_act
from comptoir.shops.operations.page.undo import VERBS
from comptoir.shops.page.history import PAGE, ActRead, history_of
from comptoir.shops.page.words import label_of


@dataclass(frozen=True, slots=True)
class ActShown:
    """An act as the screen shows it: who did it, what, and what the person at the desk may undo."""

    read: ActRead
    who: str
    may_undo: bool


@require_safe
@at_the_desk
def history(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what was changed of the shop, the newest first; older acts behind a link."""
    before = read_key(request.GET.get("avant", ""))
    acts = acts_of(desk, before=before)
    older = acts[-1].read.act.pk if len(acts) == PAGE else None
    return page(request, desk, "history", acts=acts, older=older, since=last_act(desk.shop))


@require_POST
@at_the_desk
def undo(request: HttpRequest, desk: Desk, act_id: int) -> HttpResponse:
    """Undo what an act changed, or one thing of it alone. Leads back to the history."""
    done = attempt(
        request,
        lambda: undo_act(
            shop=desk.shop,
            act_id=act_id,
            unit=request.POST.get("unit", ""),
            since=read_key(request.POST.get("since", "")) or 0,
            actor=desk.actor,
        ),
    )
    if done is not None:
        messages.success(request, _("Undone: your page shows what was there before."))
    if done is not None and done.left:
        left = ", ".join(sorted({label_of(each.field) for each in done.left}))
        told = _("Left as it is, because it was changed again since: %(what)s.")
        messages.warning(request, told % {"what": left})
    return redirect("counter:history", desk.shop.slug)


def acts_of(desk: Desk, before: int | None = None) -> list[ActShown]:
    """Return acts on the shop, the newest first, with the names of who acted."""
    found = history_of(desk.shop, actor=desk.actor, before=before, picks=order_of(desk.shop))
    names = with_names(each.act for each in found)
    return [
        ActShown(
            read,
            name or _("somebody"),
            desk.is_manager or all(line.unit in VERBS for line in read.lines),
        )
        for read, (_act, name) in zip(found, names, strict=True)
    ]
