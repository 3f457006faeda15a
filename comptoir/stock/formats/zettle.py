"""Zettle's `InventoryBalanceChanged`: the balances of articles at the seller's locations.

The event's `payload` is JSON once more, as a text; balances are texts too. One sale moves an
article between locations (the store, what is sold): only the store's balance counts.
`X-iZettle-Signature` is the HMAC-SHA256, in hexadecimal, of `timestamp.payload`, by the signing
key that came with the subscription; both are fields of the body.
"""

from io import BytesIO
from typing import Any, BinaryIO

from comptoir.core.errors import Invalid
from comptoir.stock.formats import calls
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    Call,
    Covers,
    FeedFile,
    Format,
    Known,
    ReportMode,
)

_EVENT = "InventoryBalanceChanged"


def genuine(call: Call, secret: str) -> bool:
    """Return whether Zettle signed the timestamp and the payload of this call.

    What it signs stands inside the body: so the outer JSON is read first, and nothing of it used.
    """
    try:
        event = calls.read_json(BytesIO(call.body))
    except Invalid:
        return False
    timestamp, payload = (calls.text_of(event.get(name)) for name in ("timestamp", "payload"))
    signed = f"{timestamp}.{payload}".encode("utf-8", "replace")
    computed = calls.digest(secret, signed).hex()
    return calls.same(call.headers.get("x-izettle-signature", "").lower(), computed)


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the balances of the shop's location (`known.shop_code`) after the change.

    Other events, and the test that Zettle sends with a subscription, report nothing. Only what is
    signed is believed: the name of the event is not, so the payload must be of its form, and the
    message's own id only tells a message that comes twice.
    """
    event = calls.read_json(stream)
    change = _change(event)
    here, balances = calls.of_location(
        calls.objects(change.get("balanceAfter")), "locationUuid", known.shop_code
    )
    updated = calls.object_of(change.get("updated"))
    return FeedFile(
        lines=iter(
            [
                calls.count_line(line=number, item=_article(balance), count=balance.get("balance"))
                for number, balance in enumerate(balances, 1)
            ]
        ),
        covers=Covers.NEW,
        shop_code=here,
        as_of=calls.moment(updated.get("timestamp") or event.get("timestamp")),
        mode=ReportMode.DELTA,
        key=calls.key_of(event.get("timestamp"), event.get("payload")) if balances else "",
    )


def _change(event: dict[str, Any]) -> dict[str, Any]:
    payload = calls.text_of(event.get("payload"))
    if event.get("eventName") != _EVENT or not payload:
        return {}
    return calls.parse_object(payload)


def _article(balance: dict[str, Any]) -> str:
    return calls.text_of(balance.get("variantUuid")) or calls.text_of(balance.get("productUuid"))


FORMAT = Format(
    code="zettle",
    name="Zettle",
    read=read,
    modes=(ReportMode.DELTA,),
    is_file=False,
    genuine=genuine,
)
