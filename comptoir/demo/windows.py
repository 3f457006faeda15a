"""What stands in the windows of the demonstration: words on titles its shops have, and meetings of
the weeks to come."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product, ProductKind
from comptoir.core.db import fetch
from comptoir.demo.words import DATA, lines, names, rows
from comptoir.events.models import Event, Pick
from comptoir.events.operations import EventDetails, Place, announce_event, write_pick
from comptoir.shops.models import Shop

WEEKS = 3
_HAS = """
SELECT product_id FROM stock_offer WHERE shop_id = %s AND on_hand > 0 AND condition = 'new'
ORDER BY product_id LIMIT 60
"""


def load_windows(shops: list[Shop]) -> None:
    """Put some words and some meetings into the windows of these shops, where there are none: those
    of the weeks before are over by now."""
    now = timezone.now()
    written = set(Pick.objects.filter(shop__in=shops).values_list("shop", flat=True))
    coming = Event.objects.filter(shop__in=shops, starts_at__gte=now)
    announced = set(coming.values_list("shop", flat=True))
    for shop in shops:
        random = Random(f"{shop.slug}:window")  # noqa: S311 - the same window every time
        titles = _titles(shop)
        if shop.pk not in written:
            _write(shop, random, titles)
        if shop.pk not in announced:
            _announce(shop, random, titles, now)


def _titles(shop: Shop) -> list[Product]:
    found = Product.objects.listed().in_bulk([key for (key,) in fetch(_HAS, [shop.pk])])
    return sorted(found.values(), key=lambda product: product.pk)


def _write(shop: Shop, random: Random, titles: list[Product]) -> None:
    if not titles or random.random() < 0.3:
        return
    people = random.sample(names("first"), 2)
    for product in random.sample(titles, min(random.randint(1, 4), len(titles))):
        sort = "words on records" if product.kind == ProductKind.RECORD else "words on books"
        signed = random.choice([*people, ""])
        text = random.choice(_lines(sort))
        write_pick(shop=shop, product_id=product.pk, text=text, signed=signed, actor=SYSTEM)


def _announce(shop: Shop, random: Random, titles: list[Product], now: datetime) -> None:
    alive = [product for product in titles if product.byline and not is_long_dead(product)]
    if not alive or random.random() < 0.35:
        return
    for product in random.sample(alive, min(random.randint(1, 2), len(alive))):
        day = now.astimezone(ZoneInfo(shop.time_zone)).date()
        day += timedelta(days=random.randint(1, 7 * WEEKS))
        details = _meeting(random, product, datetime.combine(day, time()))
        if random.random() < 0.15:
            hall = Place(venue="Médiathèque", postcode=shop.postcode, city=shop.city)
            details = replace(details, place=hall)
        announce_event(shop=shop, details=details, actor=SYSTEM)


def _meeting(random: Random, product: Product, day: datetime) -> EventDetails:
    if product.kind == ProductKind.RECORD:
        kind, title, sort = "concert", f"{product.byline} entre les bacs", "texts of concerts"
    elif random.random() < 0.6:
        kind, title, sort = "signing", f"Rencontre avec {product.byline}", "texts of signings"
    elif random.random() < 0.5:
        kind, title, sort = "reading", f"On lit «\u00a0{product.title}\u00a0»", "texts of readings"
    else:
        kind, title, sort = "workshop", "Atelier d’écriture du soir", "texts of workshops"
    starts = day.replace(hour=random.choice((11, 15, 17, 18, 19)), minute=random.choice((0, 30)))
    free = kind != "workshop"
    return EventDetails(
        kind=kind,
        title=title[:160],
        starts=starts,
        ends=starts + timedelta(minutes=random.choice((60, 90, 120))),
        text=random.choice(_lines(sort)),
        capacity=random.choice((None, 20, 30)),
        is_free=free,
        price="" if free else "8 €, carnet compris",
        product_ids=(product.pk,),
    )


@cache
def _lines(section: str) -> tuple[str, ...]:
    text = (DATA / "window.txt").read_text(encoding="utf-8")
    body = text.split(f"[{section}]\n", 1)[1].split("\n[", 1)[0]
    return tuple(line for line in body.splitlines() if line)


@cache
def _long_dead() -> frozenset[str]:
    composers = {line.partition("|")[0] for line in lines("composers")}
    return frozenset(composers | {author for author, *_rest in rows("works")})


def is_long_dead(product: Product) -> bool:
    """Return whether a title is by somebody whom no shop will meet any more."""
    return any(author in product.byline for author in _long_dead())
