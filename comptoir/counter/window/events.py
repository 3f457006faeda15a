"""Meetings: announced, changed, cancelled, copied to another day."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.catalogue.reads import find_product
from comptoir.core.errors import Conflict, Invalid, NotFound, fill
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, attempt, page, with_names
from comptoir.events.models import LONGEST_TEXT, Event, EventKind
from comptoir.events.operations import (
    EventDetails,
    Place,
    announce_event,
    cancel_event,
    change_event,
)
from comptoir.shops.models import Shop

CHANGES_SHOWN = 20
_DAY = {"type": "date"}
_HOUR = {"type": "time"}


def _day(label: Any, *, required: bool) -> forms.DateField:  # noqa: ANN401
    widget = forms.DateInput(_DAY, "%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def _hour(label: Any, *, required: bool) -> forms.TimeField:  # noqa: ANN401
    widget = forms.TimeInput(_HOUR, "%H:%M")
    return forms.TimeField(label=label, required=required, widget=widget)


def _line(label: Any, longest: int, hint: Any = "") -> forms.CharField:  # noqa: ANN401
    return forms.CharField(label=label, max_length=longest, required=False, help_text=hint)


class EventForm(PlainForm):
    """What is said of a meeting, on the clock of the shop."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=EventKind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    day = _day(gettext_lazy("Day"), required=True)
    begins = _hour(gettext_lazy("From"), required=True)
    ends = _hour(gettext_lazy("Until (if you know it)"), required=False)
    last_day = _day(gettext_lazy("Last day, if it is another"), required=False)
    text = forms.CharField(
        label=gettext_lazy("What readers should know"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )
    titles = _line(
        gettext_lazy("Titles it is about"),
        400,
        gettext_lazy("ISBN or EAN, several apart by a space: it shows on their pages."),
    )
    is_free = forms.BooleanField(label=gettext_lazy("Free"), required=False)
    price = _line(gettext_lazy("Price, in words"), 80)
    capacity = forms.IntegerField(
        label=gettext_lazy("Places"), required=False, min_value=1, max_value=100_000
    )
    link = _line(gettext_lazy("Address of a page to book, or to read more"), 300)
    venue = _line(gettext_lazy("Name of the place"), 120)
    street = _line(gettext_lazy("Street and number"), 160)
    postcode = _line(gettext_lazy("Postcode"), 5)
    city = _line(gettext_lazy("Town"), 80)

    ELSEWHERE = ("venue", "street", "postcode", "city")

    def details(self, shop: Shop) -> EventDetails:
        """Return what was sent, once it is valid. Raises `Invalid` for a title nobody knows."""
        sent = self.cleaned_data
        starts = datetime.combine(sent["day"], sent["begins"])
        ends = None
        if sent["ends"] or sent["last_day"]:
            until = sent["ends"] or time(23, 59)
            ends = datetime.combine(sent["last_day"] or sent["day"], until)
        elsewhere = {name: sent[name] for name in self.ELSEWHERE}
        return EventDetails(
            **{name: sent[name] for name in ("kind", "title", "text", "is_free", "price", "link")},
            starts=starts,
            ends=ends,
            capacity=sent["capacity"],
            place=Place(**elsewhere) if any(elsewhere.values()) else None,
            product_ids=tuple(
                _product(ref, shop) for ref in sent["titles"].replace(",", " ").split()
            ),
        )

    def refuse(self, refusal: Conflict | Invalid | NotFound) -> None:
        """Show what the domain refuses at its field."""
        name = refusal.data.get("field")
        self.add_error(name if name in self.fields else None, str(refusal))

    @property
    def here(self) -> list[forms.BoundField]:
        """The fields of what it is and when."""
        return [self[name] for name in self.fields if name not in self.ELSEWHERE]

    @property
    def elsewhere(self) -> list[forms.BoundField]:
        """The fields of a place that is not the shop."""
        return [self[name] for name in self.ELSEWHERE]

    @property
    def is_elsewhere(self) -> bool:
        """Whether one of the fields of another place is filled, or wrong."""
        return any(field.value() or field.errors for field in self.elsewhere)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def announce(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form of a new meeting, perhaps one that is copied to another day; announce it."""
    form = EventForm(request.POST or None, initial=_beginning(request, desk))
    if request.method == "POST" and form.is_valid():
        done = _tried(form, desk, None)
        if done is not None:
            messages.success(request, _("Announced: “%(title)s”.") % {"title": done.title})
            return redirect("counter:window", desk.shop.slug)
    return page(request, desk, "event", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def event(request: HttpRequest, desk: Desk, event_id: int) -> HttpResponse:
    """Show the form of a meeting and who changed it; save what is changed."""
    found = _event(desk, event_id)
    form = EventForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid() and _tried(form, desk, found) is not None:
        messages.success(request, _("Noted: calendars that follow it change with it."))
        return redirect("counter:window", desk.shop.slug)
    changes = with_names(found.changes.order_by("-pk")[:CHANGES_SHOWN])
    return page(request, desk, "event", form=form, event=found, changes=changes)


@require_POST
@at_the_desk
def cancelled(request: HttpRequest, desk: Desk, event_id: int) -> HttpResponse:
    """Cancel a meeting. Leads back to the window."""
    done = attempt(
        request, lambda: cancel_event(shop=desk.shop, event_id=event_id, actor=desk.actor)
    )
    if done is not None:
        messages.success(request, _("Cancelled: readers and their calendars see it."))
    return redirect("counter:window", desk.shop.slug)


def _event(desk: Desk, event_id: int) -> Event:
    mine = Event.objects.visible_to(desk.actor).filter(shop=desk.shop)
    return get_object_or_404(mine.prefetch_related("products"), pk=event_id)


def _beginning(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """Return what a new form shows: a meeting that is copied, without its day, or a title."""
    model = request.GET.get("modele", "")
    if model.isdecimal() and len(model) < 18:
        copied = _initial(_event(desk, int(model)))
        return {name: value for name, value in copied.items() if name not in ("day", "last_day")}
    return {"titles": request.GET.get("titre", "")[:40], "is_free": True}


def _initial(found: Event) -> dict[str, Any]:
    """Return a meeting as its form shows it."""
    zone = ZoneInfo(found.shop.time_zone)
    starts = found.starts_at.astimezone(zone)
    ends = found.ends_at.astimezone(zone) if found.ends_at else None
    plain = ("kind", "title", "text", "is_free", "price", "capacity", "link")
    return {
        **{name: getattr(found, name) for name in (*plain, *EventForm.ELSEWHERE)},
        "day": starts.date(),
        "begins": starts.time(),
        "ends": ends.time() if ends else None,
        "last_day": ends.date() if ends and ends.date() != starts.date() else None,
        "titles": " ".join(product.ref for product in found.products.all()),
    }


def _tried(form: EventForm, desk: Desk, found: Event | None) -> Event | None:
    """Announce or change a meeting; the form shows what is refused at its field."""
    try:
        details = form.details(desk.shop)
        if found is None:
            return announce_event(shop=desk.shop, details=details, actor=desk.actor)
        return change_event(shop=desk.shop, event_id=found.pk, details=details, actor=desk.actor)
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return None


def _product(ref: str, shop: Shop) -> int:
    """Return the key of a title by its number. Raises `Invalid`, which names it."""
    try:
        return find_product(ref, shop.pk).pk
    except NotFound:
        told = fill(_("No book or record is known as “%(ref)s”."), ref=ref[:40])
        raise Invalid("no_product", told, field="titles") from None
