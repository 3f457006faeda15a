"""PDFs read back: their pages, sizes and words."""

from collections.abc import Sequence

import pypdfium2

from comptoir.post.papers.values import Address, ParcelPaper, Piece

SHOP = Address("Librairie du Pilori", ["12 rue du Pilori"], "86000", "Poitiers", "FR")
PLAIN = Address("Marie Dupont", ["14 bis avenue du Général-de-Gaulle"], "86000", "Poitiers", "FR")
LONG = Address(
    "Anne-Charlotte de La Rochefoucauld-Montmorency d’Estissac",
    ["Résidence Les Jardins de l’Impératrice, bât. C", "123 boulevard du Maréchal de Lattre"],
    "97400",
    "Saint-Denis de la Réunion",
    "FR",
)


def parcel(to: Address = PLAIN, code: str = "48291370", **more) -> ParcelPaper:
    pieces = [Piece("Kind of Blue", 2, "Miles Davis", "5099706493525", "occasion, VG+")]
    return ParcelPaper(SHOP, to, code, "28 novembre 2026", **({"pieces": pieces} | more))


def words(made: bytes) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(made) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def sizes(made: bytes) -> list[tuple[int, int]]:
    """Return the size of each page, in whole millimetres."""
    with pypdfium2.PdfDocument(made) as pdf:
        return [(round(w * 25.4 / 72), round(h * 25.4 / 72)) for w, h in map(_size, pdf)]


def _size(page: pypdfium2.PdfPage) -> tuple[float, float]:
    return page.get_size()


def inside(made: bytes, wide: float, high: float, margin: float = 2.0) -> bool:
    """Whether all that is written stands on the page, so far from its edges (millimetres)."""
    return all(_is_inside(box, wide, high, margin) for box in boxes(made))


def boxes(made: bytes) -> list[tuple[float, float, float, float]]:
    """Return where each piece of text stands on its page: left, bottom, right, top (mm)."""
    found: list[tuple[float, float, float, float]] = []
    with pypdfium2.PdfDocument(made) as pdf:
        for page in pdf:
            text = page.get_textpage()
            for at in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(at)
                found.append(tuple(each * 25.4 / 72 for each in (left, bottom, right, top)))
    return found


def _is_inside(box: Sequence[float], wide: float, high: float, margin: float) -> bool:
    left, bottom, right, top = box
    return left >= margin and bottom >= margin and right <= wide - margin and top <= high - margin
