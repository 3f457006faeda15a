"""Square's `inventory.count.updated`: one article's count at one location, by its own reference.

The counts stand under `data.object.inventory_counts`, in older versions under
`data.inventory_counts`; only those in the state `IN_STOCK` are copies on the shelf. Quantities are
decimal texts. `x-square-hmacsha256-signature` is the base64 of the HMAC-SHA256 of the notification
URL and the body, by the signature key of the subscription.
"""

from base64 import b64encode
from typing import Any, BinaryIO

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

_EVENT = "inventory.count.updated"


def genuine(call: Call, secret: str) -> bool:
    """Return whether Square signed this call to this address."""
    computed = b64encode(calls.digest(secret, call.url.encode(), call.body)).decode()
    return calls.same(call.headers.get("x-square-hmacsha256-signature", ""), computed)


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the counts of the shop's location (`known.shop_code`); of any, while none is known.

    Other events report nothing. The moment is that of the earliest count: the lower reading holds.
    """
    event = calls.read_json(stream)
    counts = _counts(event) if event.get("type") == _EVENT else []
    here, counts = calls.of_location(counts, "location_id", known.shop_code)
    moments = [calls.moment(count.get("calculated_at")) for count in counts]
    known_moments = [*moments, *([] if any(moments) else [calls.moment(event.get("created_at"))])]
    return FeedFile(
        lines=iter(
            [
                calls.count_line(
                    line=number,
                    item=calls.text_of(count.get("catalog_object_id")),
                    count=count.get("quantity"),
                )
                for number, count in enumerate(counts, 1)
            ]
        ),
        covers=Covers.NEW,
        shop_code=here,
        as_of=min((moment for moment in known_moments if moment), default=None),
        mode=ReportMode.DELTA,
        key=calls.key_of(event.get("event_id")),
    )


def _counts(event: dict[str, Any]) -> list[dict[str, Any]]:
    data = calls.object_of(event.get("data"))
    inner = calls.object_of(data.get("object"))
    found = inner.get("inventory_counts") or data.get("inventory_counts")
    return [count for count in calls.objects(found) if count.get("state") == "IN_STOCK"]


FORMAT = Format(
    code="square",
    name="Square",
    read=read,
    modes=(ReportMode.DELTA,),
    is_file=False,
    genuine=genuine,
)
