"""Drawn covers: they hold their words, whatever the words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from comptoir.ui import covers, letters
from tests.trials import times

LONG = (
    "Histoire de la vie et des aventures extraordinaires d’un marin de York qui vécut vingt-huit"
    " ans tout seul sur une île déserte de la côte d’Amérique"
)


def words(svg: str) -> str:
    return " ".join(etree.fromstring(svg.encode()).itertext())


@pytest.mark.parametrize("record", [False, True])
def test_the_same_words_give_the_same_cover(record):
    first = covers.draw(title="Nana", byline="Émile Zola", foot="Clain", record=record)
    assert first == covers.draw(title="Nana", byline="Émile Zola", foot="Clain", record=record)
    assert first != covers.draw(title="Nana", byline="Émile Zola", foot="Vienne", record=record)
    assert "Nana" in words(first)
    assert "Émile Zola" in words(first)


@given(st.text(max_size=500), st.text(max_size=300), st.booleans())
@settings(max_examples=times(75))
def test_any_words_make_a_document(title, byline, record):
    clean = "".join(c for c in title if c.isprintable())
    svg = covers.draw(
        title=clean, byline="".join(c for c in byline if c.isprintable()), record=record
    )
    root = etree.fromstring(svg.encode())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not root.xpath("//*[local-name()='script' or local-name()='style']")


def test_markup_in_a_title_is_text():
    svg = covers.draw(title="<script>alert(1)</script>")
    assert "<script" not in svg
    assert "<script>alert(1)</script>" in words(svg).replace("\n", "")


def test_small_words_stay_with_what_follows():
    lines = letters.break_lines("Le Tour du monde en quatre-vingts jours", 20, 180)
    assert not any(line.split()[-1].lower() in letters.CLINGING for line in lines)


def test_a_long_title_is_cut_and_fits():
    lines, size = letters.fit(LONG, 150, 130)
    assert lines[-1].endswith("…")
    assert size >= 9
    assert all(letters.text_width(line, size) <= 150 for line in lines)
    assert len(lines) * size * 1.16 <= 130


@pytest.mark.parametrize("palette", covers.PALETTES)
def test_inks_can_be_read(palette):
    assert _contrast(palette.ground, palette.ink) >= 4.5
    assert _contrast(palette.deep, palette.pale) >= 4.5


def _contrast(first: str, second: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
