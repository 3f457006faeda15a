"""The books and records of the demonstration, each made from its number alone.

The same number is always the same product, at every scale: low numbers are what many shops have.
Numbers are dealt in blocks, each with its own seed, so that a part can be made without the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from comptoir.catalogue.models import ContributorRole, ProductFormat, ProductKind
from comptoir.demo.numbers import ean_of
from comptoir.demo.titles import band, book_title, essay_title, person, record_title
from comptoir.demo.words import lines, rows

SEED = "nouvelle-aquitaine"
BLOCK = 1_000
PEOPLE = 57_000
BOOK_VAT, RECORD_VAT = 550, 2000


@dataclass(frozen=True, slots=True)
class Item:
    """One invented edition or release. Prices are in cents, VAT in hundredths of a per cent."""

    number: int
    ean: str
    kind: ProductKind
    format: ProductFormat
    title: str
    contributors: tuple[tuple[ContributorRole, str], ...]
    publisher: str
    published: str
    price_cents: int
    vat_rate: int
    description: str
    subtitle: str = ""
    series: str = ""
    catalogue_number: str = ""
    units: int = 1
    pages: int | None = None
    weight_grams: int | None = None

    @property
    def byline(self) -> str:
        """The main contributors, as one reads them."""
        return ", ".join(name for _, name in self.contributors[:2])


def is_record(number: int) -> bool:
    """Return whether the product of this number is a record: one in four is."""
    return number % 4 == 3


def items(first: int, last: int) -> Iterator[Item]:
    """Make the products numbered from `first` up to, not including, `last`."""
    for block in range(first // BLOCK, (last + BLOCK - 1) // BLOCK):
        random = Random(f"{SEED}:{block}")  # noqa: S311
        for number in range(block * BLOCK, (block + 1) * BLOCK):
            item = _record(random, number) if is_record(number) else _book(random, number)
            if first <= number < last:
                yield item


def _book(random: Random, number: int) -> Item:
    classic = random.random() < (0.42 if number < 6 * BLOCK else 0.03)
    return _classic(random, number) if classic else _invented(random, number)


def _classic(random: Random, number: int) -> Item:
    author, title, year = random.choice(_WORKS)
    format_ = random.choice(
        (
            ProductFormat.POCKET,
            ProductFormat.POCKET,
            ProductFormat.PAPERBACK,
            ProductFormat.HARDBACK,
        )
    )
    pocket = format_ is ProductFormat.POCKET
    return Item(
        number=number,
        ean=ean_of(number, record=False),
        kind=ProductKind.BOOK,
        format=format_,
        title=title,
        subtitle=random.choice(("", "", "", "Texte intégral", "Édition annotée", "Dossier inclus")),
        contributors=((ContributorRole.AUTHOR, author),),
        publisher=random.choice(lines("pocket" if pocket else "publishers")),
        published=_date(random),
        price_cents=_price(random, format_),
        vat_rate=BOOK_VAT,
        description=f"Démonstration : édition inventée d’une œuvre du domaine public ({year}).",
        pages=random.randrange(96, 640, 8),
        weight_grams=random.randrange(120, 720, 5),
    )


def _invented(random: Random, number: int) -> Item:
    essay = random.random() < 0.08
    format_ = random.choice(_BOOK_FORMATS)
    author = person(int(PEOPLE * random.random() ** 3))
    contributors = [(ContributorRole.AUTHOR, author)]
    if format_ is ProductFormat.COMIC:
        illustrator = person(int(PEOPLE * random.random() ** 3))
        contributors.append((ContributorRole.ILLUSTRATOR, illustrator))
    series = "" if essay or random.random() > 0.06 else _series(random)
    pocket = format_ is ProductFormat.POCKET
    return Item(
        number=number,
        ean=ean_of(number, record=False),
        kind=ProductKind.BOOK,
        format=format_,
        title=essay_title(random) if essay else book_title(random),
        subtitle=f"Carnet {random.choice(lines('places'))}" if essay else "",
        contributors=tuple(contributors),
        publisher=random.choice(lines("pocket" if pocket else "publishers")),
        published=_date(random),
        price_cents=_price(random, format_),
        vat_rate=BOOK_VAT,
        description="Démonstration : livre imaginaire, il n’existe dans aucune librairie.",
        series=series,
        pages=random.randrange(64, 560, 8),
        weight_grams=random.randrange(120, 900, 5),
    )


def _record(random: Random, number: int) -> Item:
    format_ = random.choices(_RECORD_FORMATS, weights=(50, 30, 8, 7, 5))[0]
    label = random.choice(lines("labels"))
    if random.random() < 0.15:
        composer, title = random.choice(lines("composers")).split("|")
        artist = random.choice(lines("ensembles"))
        contributors = [(ContributorRole.ARTIST, artist), (ContributorRole.OTHER, composer)]
        title = f"{composer.rsplit(' ', 1)[-1]} : {title}"
    else:
        title = record_title(random)
        contributors = [(ContributorRole.ARTIST, band(random))]
    letters = "".join(word[0] for word in label.upper().split() if word[0].isalpha())
    return Item(
        number=number,
        ean=ean_of(number, record=True),
        kind=ProductKind.RECORD,
        format=format_,
        title=title,
        contributors=tuple(contributors),
        publisher=label,
        published=_date(random),
        price_cents=_price(random, format_),
        vat_rate=RECORD_VAT,
        description="Démonstration : disque imaginaire, personne ne l’a encore enregistré.",
        catalogue_number=f"{letters} {number % 9_973:04d}",
        units=2 if format_ is ProductFormat.LP and random.random() < 0.15 else 1,
    )


def _series(random: Random) -> str:
    hero = person(random.randrange(400))
    return f"Les Enquêtes {'d’' if hero[0] in 'AEÉÈIOUYH' else 'de '}{hero}"


def _date(random: Random) -> str:
    year = 2025 - int(30 * random.random() ** 2)
    return f"{year}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"


def _price(random: Random, format_: ProductFormat) -> int:
    low, high = _EUROS[format_]
    return max(790, random.randint(low, high) * 100 - random.choice((10, 10, 50, 0)))


_WORKS = tuple(tuple(row) for row in rows("works"))
_BOOK_FORMATS = (
    (ProductFormat.PAPERBACK,) * 9
    + (ProductFormat.POCKET,) * 6
    + (ProductFormat.HARDBACK,) * 2
    + (ProductFormat.COMIC,) * 3
    + (ProductFormat.BOARD_BOOK, ProductFormat.AUDIOBOOK)
)
_RECORD_FORMATS = (
    ProductFormat.LP,
    ProductFormat.CD,
    ProductFormat.EP,
    ProductFormat.SINGLE,
    ProductFormat.CASSETTE,
)
_EUROS = {
    ProductFormat.POCKET: (8, 11),
    ProductFormat.PAPERBACK: (14, 24),
    ProductFormat.HARDBACK: (22, 35),
    ProductFormat.COMIC: (13, 26),
    ProductFormat.BOARD_BOOK: (9, 15),
    ProductFormat.AUDIOBOOK: (18, 26),
    ProductFormat.LP: (18, 35),
    ProductFormat.CD: (9, 18),
    ProductFormat.EP: (12, 18),
    ProductFormat.SINGLE: (8, 12),
    ProductFormat.CASSETTE: (8, 14),
}
