"""A carton's label is read as GS1 writes it, however a scanner types it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.core.errors import Invalid
from comptoir.purchases.labels import Label, read_label
from tests.factories import ean

GS = "\x1d"
AZERTY = dict(zip("1234567890", "&é\"'(-è_çà", strict=True))
EAN = "9782070612369"
SSCC = "340123456789012340"


def checked(digits: str) -> str:
    """Return digits with GS1's check digit behind them."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


@given(
    number=st.integers(0, 99_999_999),
    count=st.integers(1, 9999),
    serial=st.integers(0, 10**17 - 1),
    lot=st.text("ABCDEF0123456789-/", min_size=1, max_size=20),
    order=st.text("0123456789", min_size=1, max_size=30),
    front=st.sampled_from(["]C1", "", GS, "<GS>"]),
    separator=st.sampled_from([GS, "<GS>", "{GS}", "|", "␝"]),
    elements=st.permutations(["00", "02", "37", "10", "400"]),
)
def test_whatever_a_label_says_is_read_back(
    number, count, serial, lot, order, front, separator, elements
) -> None:
    said = {
        "00": checked(f"{serial:017d}"),
        "02": "0" + ean(number),
        "37": str(count),
        "10": lot,
        "400": order,
    }
    variable = {"37", "10", "400"}
    text = "".join(ai + said[ai] + (separator if ai in variable else "") for ai in elements)
    assert read_label(front + text) == Label(ean(number), count, said["00"], order)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"]C1020{EAN}3712", Label(EAN, 12)),
        (f"(02)0{EAN}(37)12", Label(EAN, 12)),
        (f"020{EAN}3712", Label(EAN, 12)),
        (f"010{EAN}10ABC", Label(EAN, 1)),
        (f"]C1020{EAN}", Label(EAN, None)),
        (f"]C100{SSCC}", Label("", None, SSCC)),
        ("$C&" + "".join(AZERTY[d] for d in f"020{EAN}3712"), Label(EAN, 12)),
        ("".join(AZERTY[d] for d in f"020{EAN}3712"), Label(EAN, 12)),
        (EAN, None),
        ("12345678", None),
        ("Le Grand Meaulnes", None),
        ("(978) 2 07", None),
    ],
)
def test_what_scanners_send(text: str, label: Label | None) -> None:
    assert read_label(text) == label


@pytest.mark.parametrize(
    "text",
    [
        f"]C1020{EAN[:-1]}03712",
        f"]C1021{EAN}3712",
        f"]C1020{EAN}370",
        f"]C1020{EAN}371210ABC",
        "]C110ABC",
        "]C1",
        f"]C100{SSCC[:-1]}5",
    ],
)
def test_what_cannot_be_counted_is_refused_with_words(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_label(text)
    assert refused.value.code == "bad_label"


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(Invalid):
        read_label(text)
