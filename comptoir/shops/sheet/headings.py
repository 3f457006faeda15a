"""What an association calls the columns of its sheet of shops.

`docs/shops.md` lists the same; a test holds the two together.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from comptoir.core.spreadsheet.cells import places_of
from comptoir.shops.gazetteer import fold
from comptoir.shops.table import COLUMNS

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
DAY_COLUMNS = {
    f"{day}{half}": [f"{day}{said}", f"horaires {day}{said}", f"{day[:3]}{said}"]
    for day in WEEKDAYS
    for half, said in (("", ""), (" matin", " matin"), (" après-midi", " apres midi"))
}
"""A column for each day, or for each half of a day, and what it is called."""

_NAMES = {
    "name": "nom de la librairie, nom du magasin, nom de la boutique, nom de l'établissement,"
    " nom du disquaire, nom commercial, enseigne, librairie, disquaire, magasin, boutique,"
    " établissement, structure, nom, name, dénomination, raison sociale",
    "kind": "type, type de commerce, type de magasin, activité, catégorie, métier, kind",
    "siret": "siret, n° siret, no siret, numéro siret, numéro de siret, code siret",
    "street": "adresse, adresse 1, adresse postale, rue, voie, numéro et rue, n° et rue,"
    " adresse ligne 1, street",
    "street 2": "adresse 2, complément, complément d'adresse, adresse ligne 2, adresse suite",
    "postcode": "cp, code postal, c.p., code post, postcode",
    "town": "cp ville, code postal ville, code postal et ville, cp et ville",
    "city": "ville, commune, localité, city",
    "latitude": "latitude, lat, coordonnées gps, coordonnées, gps",
    "longitude": "longitude, long, lon, lng",
    "phone": "tél., téléphone, téléphone fixe, tél. fixe, fixe, tél. 1, téléphone 1,"
    " n° de téléphone, numéro de téléphone, n° tél., phone",
    "email": "mail, courriel, e-mail, email, adresse mail, adresse e-mail, adresse email,"
    " adresse courriel, adresse électronique, mel, mail contact, contact mail",
    "website": "site, site internet, site web, site www, url, page web, adresse du site, website",
    "description": "description, présentation, descriptif, à propos, quelques mots",
    "opening_hours": "horaires, horaires d'ouverture, horaire, heures d'ouverture, ouverture,"
    " jours et horaires d'ouverture, jours et heures d'ouverture, opening hours",
    "services": "services",
    "service_details": "service details, détails des services, précisions services",
    "specialities": "spécialités, spécialité, spécialisation, domaines, fonds, specialities",
    "wheelchair": "accès handicapé, accès handicapés, accès fauteuil, accessibilité,"
    " accessibilité pmr, accès pmr, accessible pmr, pmr, wheelchair",
    "stock_shown": "stock affiché, affichage du stock, stock shown",
    "open_data": "open data, données ouvertes, accord open data",
    "networks": "réseau, réseaux, association, associations, networks",
}
NAMES: Mapping[str, tuple[str, ...]] = {
    **{name: tuple(called.split(", ")) for name, called in _NAMES.items()},
    **{name: tuple(called) for name, called in DAY_COLUMNS.items()},
}
"""Each column → what it may be called; of two that are there the one named first counts."""

_FOLDED = {name: [fold(called) for called in NAMES[name]] for name in NAMES}
_OWN = re.compile(r".+[ _]\(([a-z_]+)\)")
_WHOSE = (" de la librairie", " du magasin", " de la boutique", " librairie", " magasin")
_PERSON = {"prenom", "prenoms", "nom prenom"}


def own_name(heading: str) -> str:
    """Return our own name of a column that stands behind a word for people, as an office writes it:
    `city` of `Ville (city)`; any other heading as it is."""
    found = _OWN.fullmatch(heading)
    return found.group(1) if found and found.group(1) in COLUMNS else heading


def plain_heading(title: str) -> str:
    """Return a heading without case, accents and points, and without whose it is said to be."""
    folded = fold(own_name(title).replace("_", " "))
    if folded not in _FOLDED["name"]:
        for whose in _WHOSE:
            folded = folded.removesuffix(whose)
    return folded


def choose(titles: Sequence[str]) -> dict[str, int]:
    """Return where each column is, of those that the titles name."""
    folded = [plain_heading(title) for title in titles]
    chosen: dict[str, int] = {}
    for name, called in _FOLDED.items():
        # Beside a first name, `Nom` is a person's.
        names = [each for each in called if each != "nom" or not _PERSON & set(folded)]
        places = places_of(folded, names)
        if places:
            chosen[name] = places[0]
    return chosen


def named(titles: Iterable[str]) -> int:
    """Return how many columns some cells name, if they are headings."""
    return len(choose([*titles]))
