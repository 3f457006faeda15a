"""Lightspeed Retail X's `inventory.update`: what one outlet has of one product.

A form whose field `payload` is JSON: `product_id`, `outlet_id`, `count` (a number, or a decimal
text), the `id` and `version` of the inventory record, sometimes the `product` with its SKU, often
the EAN. It names no moment: it is true when it comes, less the shop's stated delay, and a version
older than the last one is no news. `X-Signature: signature=…,algorithm=HMAC-SHA256` is the
HMAC-SHA256 of the body, in hexadecimal, by the secret of the application that made the webhook.
"""

import re
from typing import Any, BinaryIO
from urllib.parse import parse_qs

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

_SIGNATURE = re.compile(r"(?:^|[,;\s])signature=\"?([0-9a-f]{64})\"?(?=$|[,;\s])", re.IGNORECASE)
_ALGORITHM = re.compile(r"algorithm=\"?HMAC-SHA256\"?(?=$|[,;\s])", re.IGNORECASE)
_FIELDS = 20


def genuine(call: Call, secret: str) -> bool:
    """Return whether the application's secret signed the body."""
    header = call.headers.get("x-signature", "")
    found = _SIGNATURE.search(header)
    if found is None or not _ALGORITHM.search(header):
        return False
    return calls.same(found[1].lower(), calls.digest(secret, call.body).hex())


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return what the shop's outlet (`known.shop_code`) has of the product."""
    record = _record(stream)
    here, records = calls.of_location([record], "outlet_id", known.shop_code)
    product = calls.object_of(record.get("product"))
    return FeedFile(
        lines=iter(
            [
                calls.count_line(
                    line=1,
                    item=calls.text_of(each.get("product_id")),
                    count=each.get("count"),
                    ean=calls.text_of(product.get("sku")),
                    name=calls.text_of(product.get("name")),
                )
                for each in records
            ]
        ),
        covers=Covers.NEW,
        shop_code=here,
        mode=ReportMode.DELTA,
        key=_key(record),
    )


def _record(stream: BinaryIO) -> dict[str, Any]:
    body = stream.read(calls.LARGEST_CALL + 1)
    try:
        form = parse_qs(body.decode("utf-8"), strict_parsing=True, max_num_fields=_FIELDS)
    except ValueError:
        raise calls.bad_call() from None
    payload = form.get("payload", [])
    if len(payload) != 1 or len(body) > calls.LARGEST_CALL:
        raise calls.bad_call()
    return calls.parse_object(payload[0])


def _key(record: dict[str, Any]) -> str:
    """Return the record and its version, such that a later version is greater as a text."""
    version = record.get("version")
    name = calls.word_of(record.get("id"))
    if isinstance(version, int) and 0 <= version < 10**20 and name:
        return f"{name}:{version:020d}"
    return ""


FORMAT = Format(
    code="lightspeed",
    name="Lightspeed Retail X",
    read=read,
    modes=(ReportMode.DELTA,),
    is_file=False,
    genuine=genuine,
)
