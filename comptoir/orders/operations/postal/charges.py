"""What orders cost and where they go, written with them: a statement a table."""

from collections.abc import Callable, Sequence

from comptoir.core.db import fetch
from comptoir.orders.charges.models import LineCharge, PostageCharge, PostageShare
from comptoir.orders.charges.reckoner import Reckoned
from comptoir.orders.models import Order, OrderLine, PostalAddress
from comptoir.quotes.basket import Line

_ALSO: list[Callable[[Sequence[Order]], None]] = []


def write_also(what: Callable[[Sequence[Order]], None]) -> None:
    """Have a package above write what it keeps of orders that are charged, in the transaction that
    places them. It is not called where none is."""
    if what not in _ALSO:
        _ALSO.append(what)


def write_charges(reckoned: Sequence[Reckoned]) -> None:
    """Insert what orders cost and where they go, of those that were written, with the current
    transaction. Gives their lines their primary keys, which COPY does not tell."""
    written = [each for each in reckoned if each.order.pk is not None]
    if not written:
        return
    keys = _keys_of_lines([each.order.pk for each in written])
    charges: list[LineCharge] = []
    for each in written:
        lines = zip(each.lines, keys[each.order.pk], each.quote.lines, strict=True)
        for line, key, priced in lines:
            line.pk = key
            line._state.adding = False
            charges.append(_charge(line, priced))
    postages = [_postage(each) for each in written]
    LineCharge.objects.bulk_create(charges)
    PostageCharge.objects.bulk_create(postages)
    PostageShare.objects.bulk_create(
        share for each, made in zip(written, postages, strict=True) for share in _shares(each, made)
    )
    PostalAddress.objects.bulk_create(_addresses(written))
    for also in _ALSO:
        also([each.order for each in written])


def _charge(line: OrderLine, priced: Line) -> LineCharge:
    # A quote with anything refused was refused as a whole (`Reckoner.quote`).
    assert priced.tax is not None
    assert priced.rule is not None
    assert priced.unit_cents is not None
    return LineCharge(
        line=line,
        scheme=priced.tax.scheme.value,
        rate=priced.tax.rate,
        unit_cents=priced.unit_cents,
        vat_cents=priced.vat_cents,
        rule=priced.rule.value,
    )


def _postage(each: Reckoned) -> PostageCharge:
    postage, basket = each.quote.postage, each.quote.basket
    assert postage is not None
    return PostageCharge(
        order=each.order,
        cents=postage.cents,
        rule=postage.rule.value,
        grams=postage.grams,
        mm=postage.mm,
        zone=basket.zone,
        tracked=bool(postage.band and postage.band.tracked),
        day=basket.day,
    )


def _shares(each: Reckoned, postage: PostageCharge) -> list[PostageShare]:
    shares = each.quote.postage.shares if each.quote.postage else ()
    return [
        PostageShare(
            postage=postage,
            scheme=share.tax.scheme.value,
            rate=share.tax.rate,
            cents=share.cents,
            vat_cents=share.vat_cents,
        )
        for share in shares
    ]


def _addresses(written: Sequence[Reckoned]) -> list[PostalAddress]:
    return [
        PostalAddress(
            order=each.order,
            name=to.name,
            street=to.street,
            extra=to.extra,
            postcode=to.postcode,
            city=to.city,
            country=to.country,
        )
        for each in written
        if (to := each.request.posted_to)
    ]


def _keys_of_lines(orders: Sequence[int]) -> dict[int, list[int]]:
    """Return the keys of the lines of orders in the order in which they were written."""
    found: dict[int, list[int]] = {}
    rows = fetch(
        "SELECT order_id, id FROM orders_orderline WHERE order_id = ANY(%s) ORDER BY id",
        [list(orders)],
    )
    for order, key in rows:
        found.setdefault(order, []).append(key)
    return found
