"""The screen of the shop's own page: what it says of itself, and all that is changed from here."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comptoir.counter.page.fields import AboutShop, Ticks, tell_origins, text_line
from comptoir.counter.page.history import acts_of
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.events.models import Pick
from comptoir.shops.contacts import written_phone
from comptoir.shops.kinds import SpecialityKind, StockShown, Wheelchair
from comptoir.shops.models import ServiceKind, Shop, ShopKind
from comptoir.shops.operations import SettingsChange
from comptoir.shops.operations.page.meanwhile import last_act
from comptoir.shops.operations.page.photos import MOST_PHOTOS
from comptoir.shops.page.links import MOST_LINKS
from comptoir.shops.page.models import BYTES
from comptoir.shops.page.reads import removed_lately
from comptoir.stock.shelf.ledger import change_settings

PARTS = ("about", "services", "specialities", "others")
"""The forms of the page that change what the shop says of itself."""
LATEST = 5


class PageForm(AboutShop):
    """What a shop says of itself on its page. A field that was not sent changes nothing."""

    name = text_line(gettext_lazy("Name of the shop"), 120)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it sells"), choices=ShopKind.choices, required=False
    )
    street = text_line(gettext_lazy("Street and number"), 160)
    postcode = text_line(gettext_lazy("Postcode"), 10, inputmode="numeric")
    city = text_line(gettext_lazy("Town"), 80)
    latitude = text_line(gettext_lazy("Latitude"), 40, inputmode="decimal")
    longitude = text_line(gettext_lazy("Longitude"), 40, inputmode="decimal")
    phone = text_line(gettext_lazy("Telephone"), 40, type="tel")
    email = text_line(gettext_lazy("E-mail address"), 254, type="email")
    website = text_line(gettext_lazy("Website"), 200, type="url")
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
    shares_stock = forms.ChoiceField(
        label=gettext_lazy("Your stock for colleagues"),
        choices=[
            ("", gettext_lazy("not shared: you do not see theirs either")),
            ("yes", gettext_lazy("shared with the shops of your networks that share theirs")),
        ],
        help_text=gettext_lazy(
            "Their staff see how many copies you can promise, send you customers and ask for"
            " copies; the public sees no more than before."
        ),
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

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        for kind in ServiceKind:
            self.fields[f"how_{kind}"] = text_line(kind.label, 160)

    @property
    def details(self) -> list[forms.BoundField]:
        """The fields that say how each service is used."""
        return [self[f"how_{kind}"] for kind in ServiceKind]

    @property
    def change(self) -> SettingsChange:
        """What was sent, once it is valid."""
        sent = self.sent
        told = {k.value: sent.pop(f"how_{k}") for k in ServiceKind if f"how_{k}" in sent}
        if told:
            # What is not offered is not used, whatever still stands in its field.
            offered = set(sent.get("services", told))
            sent["service_details"] = {k: how for k, how in told.items() if k in offered}
        for name in ("open_data", "shares_stock"):
            if name in sent:
                sent[name] = sent[name] == "yes"
        for name in ("services", "specialities"):
            if name in sent:
                sent[name] = frozenset(sent[name])
        return SettingsChange(**sent)


@require_http_methods(["GET", "POST"])
@at_the_desk
def own_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what the shop's page says; an owner changes the part that the form sends.

    Where somebody else has changed the same meanwhile, nothing is saved, and both are shown.
    """
    if request.method == "GET":
        return page_screen(request, desk)
    part = request.POST.get("part", "")
    form = PageForm(request.POST, auto_id=f"{part if part in PARTS else PARTS[0]}_%s")
    if form.is_valid():
        with form.told(desk.shop):
            change_settings(shop=desk.shop, change=form.change, actor=desk.actor, since=form.seen)
            messages.success(request, _("Saved: your page shows it."))
            return redirect(f"{page_address(desk)}{f'#{part}' if part in PARTS else ''}")
    return page_screen(request, desk, form=form)


def page_address(desk: Desk) -> str:
    """Return the address of the screen."""
    return redirect("counter:page", desk.shop.slug).headers["Location"]


def page_screen(
    request: HttpRequest,
    desk: Desk,
    *,
    form: PageForm | None = None,
    **context: Any,  # noqa: ANN401
) -> HttpResponse:
    """Return the screen, with a form that was sent in the part that it is of."""
    shop = desk.shop
    part = request.POST.get("part", "") if form is not None else ""
    since = last_act(shop)
    forms_of = {each: _form_of(shop, since, each) for each in PARTS}
    if form is not None:
        # A form that names no part is the first's: whatever is wrong is shown somewhere.
        tell_origins(form, shop)
        forms_of[part if part in PARTS else PARTS[0]] = form
    picks = Pick.objects.filter(shop=shop).select_related("product").order_by("-place", "-pk")
    shown = {
        "forms": forms_of,
        "since": since,
        "photos": shop.photos.select_related("file").defer(*BYTES).order_by("place", "pk"),
        "most_photos": MOST_PHOTOS,
        "removed": removed_lately(shop),
        "links": _link_rows(shop),
        "picks": picks,
        "acts": acts_of(desk)[:LATEST],
        "moved": request.GET.get("deplace", "")[:60],
    }
    return page(request, desk, "page", **shown | context)


def _link_rows(shop: Shop) -> list[dict[str, str]]:
    rows = [{"url": each.url, "label": each.label} for each in shop.links.order_by("place")]
    return rows + [{"url": "", "label": ""}] * min(2, MOST_LINKS - len(rows))


def _form_of(shop: Shop, since: int, part: str) -> PageForm:
    """Return the form that shows a shop as it is; each part has names of its own for labels."""
    initial = {name: getattr(shop, name, "") for name in PageForm.base_fields}
    initial["services"] = [service.kind for service in shop.services.all()]
    initial |= {f"how_{service.kind}": service.how for service in shop.services.all()}
    initial["specialities"] = [each.kind for each in shop.specialities.all()]
    for name in ("open_data", "shares_stock"):
        initial[name] = "yes" if initial[name] else ""
    phone = written_phone(shop.phone, shop.postcode)
    form = PageForm(initial=initial | {"phone": phone, "since": since}, auto_id=f"{part}_%s")
    tell_origins(form, shop)
    return form
