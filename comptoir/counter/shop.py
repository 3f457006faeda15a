"""The shop's own settings: its hours, how it keeps copies, its closures."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Invalid
from comptoir.counter.page.fields import AboutShop, tell_origins
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, attempt, page
from comptoir.notifications.reads import departure
from comptoir.orders.models import ShopAlert
from comptoir.orders.operations import Wish, close_shop, set_alert
from comptoir.orders.reads import alert_of
from comptoir.shops.hours import validate
from comptoir.shops.kinds import LIMITS
from comptoir.shops.models import RingsUp, Shop
from comptoir.shops.operations import SettingsChange, remove_closure
from comptoir.shops.operations.page.meanwhile import last_act
from comptoir.shops.operations.settings import check_settings
from comptoir.shops.phrases import understood
from comptoir.shops.week import chosen_hours, week_fields
from comptoir.stock.shelf.ledger import change_settings


class ShopForm(AboutShop):
    """When a shop is open and what it decides. A field that was not sent changes nothing."""

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
    asks_after = forms.TypedChoiceField(
        label=gettext_lazy("Who does not collect"),
        help_text=gettext_lazy(
            "What you had set aside and nobody fetched, in the last twelve months. Only your shop"
            " remembers it, and you can trust somebody again at their reservation. One confirms by"
            " the link of a mail; one pays first where you take payments here, and else waits for"
            " your tap."
        ),
        coerce=int,
        choices=[
            (1, gettext_lazy("once: confirms; twice: pays first")),
            (2, gettext_lazy("twice: confirms; 3 times: pays first")),
            (3, gettext_lazy("3 times: confirms; 4 times: pays first")),
            (0, gettext_lazy("is asked nothing: nothing is remembered")),
        ],
        required=False,
    )
    rings_up = forms.ChoiceField(
        label=gettext_lazy("A collected copy is rung up on your till"), choices=RingsUp.choices
    )

    @property
    def change(self) -> SettingsChange:
        """What was sent, once it is valid. Raises `Invalid` where two answers contradict."""
        sent = self.sent
        if "paused" in sent:
            sent["paused"] = sent["paused"] == "yes"
        if "hours_days" in self.data:
            sent["opening_hours"] = chosen_hours(self.data, sent.get("opening_hours"))
        return SettingsChange(**sent)


class ClosureForm(PlainForm):
    """Days on which the shop is exceptionally shut."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120, required=False)


class AlertForm(PlainForm):
    """How the shop hears of new reservations."""

    sound = forms.BooleanField(
        label=gettext_lazy("A sound, on the screen that shows “To do”"), required=False
    )
    at_once = forms.BooleanField(
        label=gettext_lazy("A mail at once"),
        help_text=gettext_lazy("What comes within a quarter of an hour makes one mail."),
        required=False,
    )
    daily = forms.BooleanField(
        label=gettext_lazy("A mail a day, when you open"),
        help_text=gettext_lazy("What is to be set aside, to be answered, and kept until today."),
        required=False,
    )
    to_shop = forms.BooleanField(required=False)
    people = forms.MultipleChoiceField(
        label=gettext_lazy("Who gets the mails"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict | None, shop: Shop, alert: ShopAlert) -> None:
        names = ("sound", "at_once", "daily", "to_shop")
        initial: dict[str, Any] = {name: getattr(alert, name) for name in names}
        if not alert._state.adding:
            initial["people"] = [str(key) for key in alert.people.values_list("pk", flat=True)]
        super().__init__(data, initial=initial)
        self.fields["to_shop"].label = shop.email or _("The shop’s own address (none yet)")
        jobs = shop.staff.filter(user__is_active=True).select_related("user").order_by("pk")
        people: Any = self.fields["people"]
        people.choices = [(str(job.pk), str(job.user)) for job in jobs]

    @property
    def wish(self) -> Wish:
        """What was sent, once it is valid."""
        values = self.cleaned_data
        return Wish(**{**values, "people": [int(key) for key in values["people"]]})


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
        with form.told(desk.shop):
            unseen = _unseen_hours(form, desk)
            if unseen:
                return _settings(request, desk, form, ClosureForm(), unseen=unseen)
            change_settings(shop=desk.shop, change=form.change, actor=desk.actor, since=form.seen)
            messages.success(request, _("Saved."))
            return redirect("counter:settings", desk.shop.slug)
    return _settings(request, desk, form, ClosureForm())


@require_POST
@at_the_desk
def alerts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Set how the shop hears of new reservations. Leads back to the settings."""
    form = AlertForm(request.POST, desk.shop, alert_of(desk.shop))
    if form.is_valid():
        set_it = partial(set_alert, shop=desk.shop, wish=form.wish, actor=desk.actor)
        if attempt(request, set_it) is not None:
            messages.success(request, _("Saved."))
            return redirect("counter:settings", desk.shop.slug)
    return _settings(request, desk, _shop_form(desk.shop), ClosureForm(), alert_form=form)


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
    request: HttpRequest,
    desk: Desk,
    policy: ShopForm,
    closure: ClosureForm,
    unseen: str = "",
    alert_form: AlertForm | None = None,
) -> HttpResponse:
    today = timezone.localdate(timezone=ZoneInfo(desk.shop.time_zone))
    tell_origins(policy, desk.shop)
    closures = desk.shop.closures.filter(last_day__gte=today).order_by("first_day")
    context = {
        "policy_form": policy,
        # What a manager must answer comes first: below the fold it would seem to be saved.
        "policy_asks": bool(unseen or policy.errors),
        "closure_form": closure,
        "closures": closures,
        "alert_form": alert_form or AlertForm(None, desk.shop, alert_of(desk.shop)),
        "shop_mail": departure(f"shop:{desk.shop.pk}"),
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
    paused = "yes" if shop.paused_at else ""
    return ShopForm(initial=initial | {"paused": paused, "since": last_act(shop)})
