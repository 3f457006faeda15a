"""The shop's own settings: what it says of itself, its hours, how it keeps copies, its closures."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Invalid
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, attempt, page
from comptoir.orders.operations import close_shop
from comptoir.shops.contacts import written_phone
from comptoir.shops.hours import validate
from comptoir.shops.models import LIMITS, RingsUp, ServiceKind, Shop, ShopKind
from comptoir.shops.operations import SettingsChange, remove_closure
from comptoir.shops.operations.settings import check_settings
from comptoir.shops.phrases import understood
from comptoir.shops.week import chosen_hours, week_fields
from comptoir.stock.shelf.ledger import change_settings


def _text(label: Any, longest: int, **attributes: str) -> forms.CharField:  # noqa: ANN401
    """Return a field of one line that may be left empty as far as the form goes."""
    widget = forms.TextInput(attributes)
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget)


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick, of which none may be ticked: a form that does not show them says nothing."""

    template_name = "counter/ticks.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:  # noqa: ANN401
        """Return what is ticked, without the empty value that says that the boxes were shown."""
        return [each for each in super().value_from_datadict(data, files, name) or [] if each]


class ShopForm(PlainForm):
    """What a shop says of itself and decides. A field that was not sent changes nothing."""

    name = _text(gettext_lazy("Name of the shop"), 120)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it sells"), choices=ShopKind.choices, required=False
    )
    street = _text(gettext_lazy("Street and number"), 160)
    postcode = _text(gettext_lazy("Postcode"), 10, inputmode="numeric")
    city = _text(gettext_lazy("Town"), 80)
    latitude = _text(gettext_lazy("Latitude"), 40, inputmode="decimal")
    longitude = _text(gettext_lazy("Longitude"), 40, inputmode="decimal")
    phone = _text(gettext_lazy("Telephone"), 40, type="tel")
    email = _text(gettext_lazy("E-mail address"), 254, type="email")
    website = _text(gettext_lazy("Website"), 200, type="url")
    description = forms.CharField(
        label=gettext_lazy("A few words about the shop"),
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services"),
        choices=ServiceKind.choices,
        required=False,
        widget=Ticks,
    )
    opening_hours = forms.CharField(
        label=gettext_lazy("Opening hours, in words"),
        help_text=gettext_lazy(
            "For seasons, appointments or the first Saturday of a month. As you say it, or as on"
            " OpenStreetMap: Tu-Sa 10:00-12:30,14:00-19:00; PH off"
        ),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    paused = forms.ChoiceField(
        label=gettext_lazy("On the public site"),
        choices=[("", gettext_lazy("shown")), ("yes", gettext_lazy("hidden for now"))],
        help_text=gettext_lazy("Hidden, it takes no new reservation; those it has stay."),
        required=False,
    )
    hold_days = forms.IntegerField(
        label=gettext_lazy("Copies are kept (opening days)"),
        min_value=LIMITS["hold_days"][0],
        max_value=LIMITS["hold_days"][1],
    )
    safety_stock = forms.IntegerField(
        label=gettext_lazy("Copies of each title never promised"),
        help_text=gettext_lazy("0 to promise everything that is on the shelf."),
        min_value=LIMITS["safety_stock"][0],
        max_value=LIMITS["safety_stock"][1],
    )
    rings_up = forms.ChoiceField(
        label=gettext_lazy("A collected copy is rung up on your till"), choices=RingsUp.choices
    )

    @property
    def change(self) -> SettingsChange:
        """What was sent, once it is valid. Raises `Invalid` where two answers contradict."""
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        if "paused" in sent:
            sent["paused"] = sent["paused"] == "yes"
        if "services" in sent:
            sent["services"] = frozenset(sent["services"])
        if "hours_days" in self.data:
            sent["opening_hours"] = chosen_hours(self.data, sent.get("opening_hours"))
        return SettingsChange(**sent)

    def refuse(self, refusal: Invalid) -> None:
        """Show what the domain refuses at its field."""
        name = refusal.data.get("field", refusal.code.removeprefix("bad_"))
        name = {"hours": "opening_hours"}.get(name, name)
        self.add_error(name if name in self.fields else None, str(refusal))


class ClosureForm(PlainForm):
    """Days on which the shop is exceptionally shut."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120, required=False)


@require_http_methods(["GET", "POST"])
@at_the_desk
def settings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the shop's settings; a manager changes those that the form sends.

    Other opening hours are first shown as they are understood, and count when they are sent again.
    """
    if request.method == "GET":
        return _settings(request, desk, _shop_form(desk.shop), ClosureForm())
    form = ShopForm(request.POST)
    if form.is_valid():
        try:
            unseen = _unseen_hours(form, desk)
            if unseen:
                return _settings(request, desk, form, ClosureForm(), unseen=unseen)
            change_settings(shop=desk.shop, change=form.change, actor=desk.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("counter:settings", desk.shop.slug)
    return _settings(request, desk, form, ClosureForm())


@require_POST
@at_the_desk
def close(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter an exceptional closure: deadlines within it move, and their readers get a mail."""
    form = ClosureForm(request.POST)
    if not form.is_valid():
        return _settings(request, desk, _shop_form(desk.shop), form)
    values = form.cleaned_data
    done = attempt(request, lambda: close_shop(shop=desk.shop, actor=desk.actor, **values))
    if done is None:
        return _settings(request, desk, _shop_form(desk.shop), form)
    moved = done[1]
    told = ngettext(
        "Closure entered: %(n)s deadline moved.",
        "Closure entered: %(n)s deadlines moved.",
        moved,
    )
    messages.success(request, told % {"n": moved})
    return redirect("counter:settings", desk.shop.slug)


@require_POST
@at_the_desk
def reopen(request: HttpRequest, desk: Desk, closure_id: int) -> HttpResponse:
    """Remove a closure; deadlines that it moved stay. Leads back to the settings."""
    remove_closure(shop=desk.shop, closure_id=closure_id, actor=desk.actor)
    messages.success(request, _("The closure is taken back; deadlines already moved stay."))
    return redirect("counter:settings", desk.shop.slug)


def _unseen_hours(form: ShopForm, desk: Desk) -> str:
    """Return the hours that a manager would change and was not yet shown as they are understood.

    Raises `Invalid` for anything that is wrong with the form: one is asked when all else is right.
    """
    if not desk.is_manager:
        return ""
    hours = str(check_settings(shop=desk.shop, change=form.change).get("opening_hours", ""))
    return "" if hours in (desk.shop.opening_hours, form.data.get("hours_seen")) else hours


def _settings(
    request: HttpRequest, desk: Desk, policy: ShopForm, closure: ClosureForm, unseen: str = ""
) -> HttpResponse:
    today = timezone.localdate(timezone=ZoneInfo(desk.shop.time_zone))
    closures = desk.shop.closures.filter(last_day__gte=today).order_by("first_day")
    context = {
        "policy_form": policy,
        # What a manager must answer comes first: below the fold it would seem to be saved.
        "policy_asks": bool(unseen or policy.errors),
        "closure_form": closure,
        "closures": closures,
        "week": week_fields(desk.shop.opening_hours, policy.data),
        "unseen": unseen,
        "unread": _unread(desk.shop.opening_hours),
        "understood": understood(
            unseen or desk.shop.opening_hours, postcode=desk.shop.postcode, today=today
        ),
    }
    return page(request, desk, "settings", **context)


def _unread(hours: str) -> str:
    """Return why a shop's hours, written before they were read as they are now, are not known."""
    try:
        validate(hours)
    except Invalid as refusal:
        return str(refusal)
    return ""


def _shop_form(shop: Shop) -> ShopForm:
    """Return the form that shows a shop as it is."""
    initial = {name: getattr(shop, name, "") for name in ShopForm.base_fields}
    initial["services"] = [service.kind for service in shop.services.all()]
    paused = "yes" if shop.paused_at else ""
    phone = written_phone(shop.phone, shop.postcode)
    return ShopForm(initial=initial | {"phone": phone, "paused": paused})
