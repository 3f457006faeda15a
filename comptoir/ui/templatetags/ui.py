"""Template tags and filters that every page may use. Each takes plain values."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeVar

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import defaultfilters
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from comptoir.core import words as core_words
from comptoir.core.money import format_cents
from comptoir.networks.colours import USUAL
from comptoir.networks.portal import portal, site_address, site_name
from comptoir.ui import icons, words
from comptoir.ui.language import PARAMETER, in_language, named_language
from comptoir.ui.security import may_show

register = template.Library()
_LAZY = mark_safe(' loading="lazy"')
_STOCK_HTML = '<span class="stock stock--{}">{}{}</span>\n'
_STOCK = {
    "sure": ("shelf", "check", gettext_lazy("on the shelf")),
    "likely": ("likely", "check", gettext_lazy("most likely on the shelf")),
    "to_confirm": ("confirm", "half", gettext_lazy("to be confirmed by the shop")),
}
Tag = TypeVar("Tag", bound=Callable[..., object])


def fixed(tag: Tag) -> Tag:
    """Say of a tag that it says the same to everybody: `ui.loader` keeps what it said."""
    tag.is_fixed = True  # type: ignore[attr-defined]
    return tag


for said in (
    words.published,
    words.weekday,
    core_words.day_and_month,
    core_words.spaced_code,
    words.spaced_phone,
    words.tied,
):
    register.filter(said)


@register.filter(name="date", expects_localtime=True, is_safe=False)
def date_in_words(value: date | str | None, form: str = "DATE_FORMAT") -> str:
    """Return a date as `core.words.in_words` says it, in place of Django's filter; what is no date
    as Django does."""
    if isinstance(value, date):
        return core_words.in_words(value, form)
    return str(defaultfilters.date(value, form))


@register.simple_tag
@fixed
def network() -> str:
    """Return what this site is called."""
    return site_name()


@register.simple_tag
@fixed
def accent() -> str:
    """Return the colour of the site that answers, or in whose name a mail is, as `#rrggbb`."""
    shown = portal()
    return (shown.brand.accent if shown else "") or USUAL


@register.simple_tag
@fixed
def contact() -> str:
    """Return the e-mail address of whoever runs this site, or nothing."""
    return settings.CONTACT


@register.simple_tag
def your_data() -> str:
    """Return the address of the page by which one sees and erases what is kept of oneself."""
    return f"{site_address()}{reverse('site:rights')}"


@register.filter
def price(cents: int | None) -> str:
    """Return a price as people write it, or nothing when there is none."""
    return "" if cents is None else format_cents(cents)


@register.filter
def number(count: int) -> str:
    """Return `1 325`."""
    return words.number(count)


@register.filter
def weight(grams: int) -> str:
    """Return `1 495 g`."""
    return words.weight(grams)


@register.filter
def distance(metres: float | None, shop: object = None) -> str:
    """Return `800 m` or `2,4 km`, or nothing when it is not known; `≈ 2,4 km` to a shop of which no
    more than its town is known (`placed_in_town`)."""
    if metres is None:
        return ""
    about = f"≈{words.SPACE}" if getattr(shop, "placed_in_town", False) else ""
    return f"{about}{words.distance(metres)}"


@register.filter
def age(moment: datetime | None) -> str:
    """Return `il y a 4 min`."""
    return "" if moment is None else words.age(moment)


@register.filter
def seen(moment: datetime | None, zone: str) -> str:
    """Return `vu il y a 4 min (14 h 32)` on the clock of a zone, for people and for programs."""
    if moment is None:
        return ""
    said = words.seen(moment, zone)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat("T", "seconds"), said)


@register.filter
def deadline(moment: datetime | None, zone: str) -> str:
    """Return `jusqu’à samedi 19 h` on the clock of a zone."""
    return "" if moment is None else words.deadline(moment, zone)


@register.filter
def clock(moment: datetime | None, zone: str) -> str:
    """Return `14 h 32` on the clock of a zone."""
    return "" if moment is None else words.clock(moment, zone)


@register.filter
def at_moment(moment: datetime | None, zone: str) -> str:
    """Return `aujourd’hui à 14 h 32` on the clock of a zone."""
    return "" if moment is None else words.at_moment(moment, zone)


@register.simple_tag
@fixed
def icon(name: str) -> SafeString:
    """Draw one of `ui.icons`."""
    return icons.icon(name)


@register.simple_tag
def cover(*, image: str, drawn: str, kind: str, eager: bool = False) -> SafeString:
    """Show a cover: the supplier's image where pages let it in (`ui.security`), else the drawn one.

    The title stands beside it in the page, so the image says nothing to a screen reader.
    """
    return cover_image(image if may_show(image) else drawn, record=kind == "record", eager=eager)


@register.simple_tag
def cover_image(src: str, *, record: bool, eager: bool = False) -> SafeString:
    """Show the image of a cover that lies at an address."""
    shape, width = (" cover--record", 300) if record else ("", 200)
    return format_html(
        '<img class="cover{}" src="{}" alt="" width="{}" height="300"{} decoding="async">\n',
        shape,
        src,
        width,
        "" if eager else _LAZY,
    )


@register.simple_tag
def stock(*, confidence: str) -> SafeString:
    """Say how sure a copy is (`sure`, `likely`, `to_confirm`): a shape and words, never a colour
    alone."""
    shape, drawn, said = _STOCK.get(confidence, _STOCK["to_confirm"])
    return format_html(_STOCK_HTML, shape, icons.icon(drawn), said)


@register.simple_tag
def choices(numbers: Iterable[int], chosen: int) -> SafeString:
    """Offer numbers in a `<select>`, one of them chosen."""
    options = (f"<option{' selected' if n == chosen else ''}>{n:d}</option>" for n in numbers)
    return mark_safe("".join(options))  # noqa: S308  whole numbers


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """Return the present query string with some parameters changed (empty ones dropped)."""
    request: HttpRequest = context["request"]
    params = request.GET.copy()
    for name, value in changes.items():
        params[name] = str(value)
    for name in [name for name, value in params.items() if value == ""]:
        del params[name]
    return f"?{params.urlencode()}" if params else request.path


@register.simple_tag(takes_context=True)
def here(context: template.Context) -> str:
    """Return the address of the present page without the language that it may ask for: who chooses
    one at its foot is not led back to the other."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return ""
    if PARAMETER not in request.GET:
        return request.get_full_path()
    params = request.GET.copy()
    del params[PARAMETER]
    return f"{request.path}?{params.urlencode()}" if params else request.path


@register.simple_tag(takes_context=True)
def one_address(context: template.Context, address: str) -> SafeString:
    """Name the one address of a page (without `langue`), in the language that was asked for, and
    its addresses in every language; `x-default` is in the reader's own.

    Source: https://developers.google.com/search/docs/specialty/international/localized-versions
    """
    links = [(code, in_language(address, code)) for code, _name in settings.LANGUAGES]
    links.append(("x-default", address))
    own = format_html('<link rel="canonical" href="{}">\n', own_address(context, address))
    return own + format_html_join("\n", '<link rel="alternate" hreflang="{}" href="{}">', links)


@register.simple_tag(takes_context=True)
def own_address(context: template.Context, address: str) -> str:
    """Return the one address of a page, in the language that was asked for."""
    asked = named_language(context["request"])
    return in_language(address, asked) if asked else address
