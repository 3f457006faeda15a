"""The shop's own settings: what it says of itself, its hours, how it keeps copies, its closures."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Invalid
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, attempt, page, with_names
from comptoir.notifications.reads import departure
from comptoir.orders.models import ShopAlert
from comptoir.orders.operations import Wish, close_shop, set_alert
from comptoir.orders.reads import alert_of
from comptoir.shops.contacts import written_phone
from comptoir.shops.hours import validate
from comptoir.shops.kinds import SpecialityKind, StockShown, Wheelchair
from comptoir.shops.models import LIMITS, RingsUp, ServiceKind, Shop, ShopKind
from comptoir.shops.operations import SettingsChange, remove_closure
from comptoir.shops.operations.settings import check_settings
from comptoir.shops.phrases import understood
from comptoir.shops.reads import written_fields
from comptoir.shops.sources.models import Source
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
    specialities = forms.MultipleChoiceField(
        label=gettext_lazy("What you are known for"),
        choices=SpecialityKind.choices,
        required=False,
        widget=Ticks,
    )
    wheelchair = forms.ChoiceField(
        label=gettext_lazy("With a wheelchair"),
        choices=[("", gettext_lazy("not said")), *Wheelchair.choices],
        required=False,
    )
    stock_shown = forms.ChoiceField(
        label=gettext_lazy("What other sites see of your stock"),
        choices=StockShown.choices,
        help_text=gettext_lazy("Frames, open data, programs and search engines have no other."),
        required=False,
    )
    open_data = forms.ChoiceField(
        label=gettext_lazy("Your entry as open data"),
        choices=[
            ("", gettext_lazy("not given away")),
            ("yes", gettext_lazy("given away: name, address, telephone, site, hours, services")),
        ],
        help_text=gettext_lazy("Given away, anybody may use it, under the licence of the site."),
        required=False,
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

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        for kind in ServiceKind:
            self.fields[f"how_{kind}"] = _text(kind.label, 160)

    @property
    def details(self) -> list[forms.BoundField]:
        """The fields that say how each service is used."""
        return [self[f"how_{kind}"] for kind in ServiceKind]

    @property
    def change(self) -> SettingsChange:
        """What was sent, once it is valid. Raises `Invalid` where two answers contradict."""
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        told = {k.value: sent.pop(f"how_{k}") for k in ServiceKind if f"how_{k}" in sent}
        if told:
            # What is not offered is not used, whatever still stands in its field.
            offered = set(sent.get("services", told))
            sent["service_details"] = {k: how for k, how in told.items() if k in offered}
        if "open_data" in sent:
            sent["open_data"] = sent["open_data"] == "yes"
        if "specialities" in sent:
            sent["specialities"] = frozenset(sent["specialities"])
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
        if name == "service_details":
            name = f"how_{refusal.data.get('service', '')}"
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
    _tell_origins(policy, desk.shop)
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


def _tell_origins(form: ShopForm, shop: Shop) -> None:
    """Say beside each field who wrote what stands in it, and when, or that it is the directory's.

    Three queries. Of what was written before this was kept, nothing is said.
    """
    zone = ZoneInfo(shop.time_zone)
    for origin, name in with_names(written_fields(shop)):
        field = form.fields.get(origin.field)
        if field is None or origin.written_at is None:
            continue
        day = date_format(timezone.localtime(origin.written_at, zone), "SHORT_DATE_FORMAT")
        told = _("written by %(who)s on %(day)s") % {"who": name or _("somebody"), "day": day}
        if origin.imported:
            told = _("came from the directory on %(day)s") % {"day": day}
            if origin.source not in ("", Source.FILE):
                source = origin.get_source_display()
                told = _("came from elsewhere on %(day)s: %(source)s") % {
                    "day": day,
                    "source": source,
                }
        # Forms print what stands here as markup, and a name is whatever somebody typed.
        told = escape(told)
        field.help_text = f"{field.help_text} ({told})" if field.help_text else told


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
    initial |= {f"how_{service.kind}": service.how for service in shop.services.all()}
    initial["specialities"] = [each.kind for each in shop.specialities.all()]
    initial["open_data"] = "yes" if shop.open_data else ""
    paused = "yes" if shop.paused_at else ""
    phone = written_phone(shop.phone, shop.postcode)
    return ShopForm(initial=initial | {"phone": phone, "paused": paused})
