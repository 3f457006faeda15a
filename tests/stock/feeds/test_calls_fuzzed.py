"""Whatever a till's call holds, it is read, line by line, or refused in words."""

import json
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.core.errors import Invalid
from comptoir.stock.formats import CALLS, passculture
from comptoir.stock.formats.lines import ArticleLine, Call, RefusedLine, StockLine
from tests.trials import tally, times

pytestmark = pytest.mark.proof

NAMES = st.sampled_from(
    """
    type event_id data object inventory_counts state quantity calculated_at catalog_object_id
    location_id eventName payload timestamp balanceAfter balance variantUuid locationUuid updated
    id version product_id outlet_id count product sku stocks ref available price validUntil
    location venueId products ean stock
    """.split()  # noqa: SIM905
)
SENTENCES = ["inventory.count.updated", "InventoryBalanceChanged", "IN_STOCK", "physical", "1.0"]
ODDITIES = ["-3", "1e400", "NaN", "٣", "\x00", "\ud800", "=1+1", "2026-11-05T14:02:00Z", "x" * 300]
WORDS = st.sampled_from([*SENTENCES, *ODDITIES, "9782070612369"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS
BODIES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=25,
)
READERS = {code: each.read for code, each in CALLS.items()} | {"push": passculture.read_push}


def written(code: str, body: object) -> bytes:
    """Return a body as its provider would send it."""
    if code == "zettle" and isinstance(body, dict):
        inner = body.get("payload", body)
        body = {**body, "eventName": "InventoryBalanceChanged", "payload": json.dumps(inner)}
    if code == "square" and isinstance(body, dict):
        body = {**body, "type": "inventory.count.updated"}
    text = json.dumps(body)
    return urlencode({"payload": text}).encode() if code == "lightspeed" else text.encode()


@pytest.mark.parametrize("code", READERS)
@settings(max_examples=times(75))
@given(body=BODIES)
def test_any_call_is_read_or_refused(code, body) -> None:
    tally("calls")
    read = READERS[code]
    assert read is not None
    try:
        file = read(BytesIO(written(code, body)))
        lines = list(file.lines)
    except Invalid:
        return
    assert (file.key + file.shop_code).isprintable()
    assert len(file.key) <= 100
    assert len(file.shop_code) <= 60
    for line in lines:
        assert isinstance(line, StockLine | ArticleLine | RefusedLine)
        if isinstance(line, ArticleLine):
            assert (line.item + line.name).isprintable()
        if not isinstance(line, RefusedLine):
            assert 0 <= line.quantity <= 100_000


@settings(max_examples=times(75))
@given(body=BODIES)
def test_any_page_is_read_or_refused(body) -> None:
    tally("pages")
    try:
        entries = passculture.read_page(json.dumps({"stocks": body}).encode(), 1, timezone.now())
    except Invalid:
        return
    for line in passculture.merged(iter(entries)):
        assert isinstance(line, StockLine | RefusedLine)


@pytest.mark.parametrize("code", CALLS)
@settings(max_examples=times(50))
@given(raw=st.binary(max_size=300), header=st.text(max_size=100))
def test_no_bytes_are_genuine_by_chance(code, raw, header) -> None:
    tally("forgeries")
    genuine = CALLS[code].genuine
    assert genuine is not None
    names = ("x-square-hmacsha256-signature", "x-izettle-signature", "x-signature")
    call = Call("https://comptoir.example/", raw, dict.fromkeys(names, header))
    assert not genuine(call, "secret")
