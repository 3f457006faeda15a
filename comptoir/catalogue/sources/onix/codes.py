"""The ONIX code lists that Comptoir reads, in its own words (EDItEUR code lists, issue 60)."""

from comptoir.catalogue.models import Availability, ContributorRole, ProductFormat, ProductKind

DELETE = "05"
TEST_NOTICES = {"88", "89"}

# List 65, product availability.
AVAILABILITY = (
    {"01": Availability.UNAVAILABLE}
    | dict.fromkeys(("09", "10", "11", "12"), Availability.FORTHCOMING)
    | dict.fromkeys(("20", "21"), Availability.AVAILABLE)
    | dict.fromkeys(("22", "23"), Availability.TO_ORDER)
    | dict.fromkeys(("30", "31", "32", "33", "34"), Availability.TEMPORARILY_OUT)
    | dict.fromkeys([str(code) for code in range(40, 53)], Availability.UNAVAILABLE)
)

# List 64, publishing status: believed only when no supplier states the availability.
STATUS = {
    "01": Availability.UNAVAILABLE,
    "02": Availability.FORTHCOMING,
    "03": Availability.FORTHCOMING,
    "06": Availability.TEMPORARILY_OUT,
    "07": Availability.UNAVAILABLE,
    "08": Availability.UNAVAILABLE,
    "11": Availability.UNAVAILABLE,
}

# List 17, contributor role.
ROLES = (
    dict.fromkeys(("A01", "A02", "A03", "A08", "A09", "A10", "A38"), ContributorRole.AUTHOR)
    | dict.fromkeys(("A12", "A13", "A35", "A39", "A40"), ContributorRole.ILLUSTRATOR)
    | dict.fromkeys(("B06", "B08", "B10"), ContributorRole.TRANSLATOR)
    | dict.fromkeys(("A06", "A07"), ContributorRole.ARTIST)
)
PERFORMER = "E"

# List 19, persons without a name, as a French title page has them.
UNNAMED = {"02": "Anonyme", "03": "et al.", "04": "Collectif"}

# List 150, product form.
_FORMS = {
    "BB": ProductFormat.HARDBACK,
    "BG": ProductFormat.HARDBACK,
    "BC": ProductFormat.PAPERBACK,
    "BH": ProductFormat.BOARD_BOOK,
    "PI": ProductFormat.SHEET_MUSIC,
    "VI": ProductFormat.DVD,
    "ZE": ProductFormat.GAME,
    "DE": ProductFormat.GAME,
    "AB": ProductFormat.CASSETTE,
    "AC": ProductFormat.CD,
    "AH": ProductFormat.CD,
    "AM": ProductFormat.LP,
}

# List 175: mass-market and A-format paperbacks, bunko, shinsho, pocket as France and Sweden say it.
_POCKET = {"B101", "B104", "B111", "B112", "B113"}
_MUSIC = {"03", "04"}
_SPEECH = {"01", "02"}
_BOUND = {ProductFormat.BOOK, ProductFormat.PAPERBACK, ProductFormat.HARDBACK}


def shape(
    form: str, details: set[str], contents: set[str], ean: str, comic: bool
) -> tuple[ProductKind, ProductFormat]:
    """Return what sort of thing it is, of ONIX lists 150 (form), 175 (detail) and 81 (content).

    Sound is a record when it is marked as music, an audiobook when it is marked as speech, and
    otherwise an audiobook when its EAN is one of books.
    """
    bookish = ean.startswith(("978", "979")) and not ean.startswith("9790")
    if form.startswith("A"):
        spoken = bool(contents & _SPEECH) or (bookish and not contents & _MUSIC)
        if spoken:
            return ProductKind.BOOK, ProductFormat.AUDIOBOOK
        return ProductKind.RECORD, _FORMS.get(form, ProductFormat.OTHER)
    found = _FORMS.get(form)
    if form.startswith("B") or (bookish and form[:1] in {"S", ""}):
        if details & _POCKET and found in (None, ProductFormat.PAPERBACK):
            return ProductKind.BOOK, ProductFormat.POCKET
        found = found or ProductFormat.BOOK
        return ProductKind.BOOK, ProductFormat.COMIC if comic and found in _BOUND else found
    if form == "PI":
        return ProductKind.BOOK, ProductFormat.SHEET_MUSIC
    digital = form.startswith("E")
    return ProductKind.BOOK if digital and bookish else ProductKind.OTHER, (
        found or ProductFormat.OTHER
    )
