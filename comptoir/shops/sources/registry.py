"""The look-up of establishments in the company registry, in the form of the public search service.

`/search?q=&code_postal=` gives `results`, companies, each with `matching_etablissements` and its
seat (`siege`): `siret`, `etat_administratif` (`A` is active, `F` closed), `adresse`, `code_postal`,
`libelle_commune`, `liste_enseignes`, `nom_commercial`. It wants no key, and takes seven questions a
second.

Who chose not to be shown has `statut_diffusion` `P`, and `[ND]` in the fields that they hide (since
21 March 2023). Nothing of these is kept, shown, or asked elsewhere: such an establishment is never
the answer to a name, and of one whose SIRET is known only its state is taken, which stays public.

Source: https://recherche-entreprises.api.gouv.fr/docs/
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comptoir.core.text import one_line
from comptoir.shops.likeness import Entry, are_alike, town_of
from comptoir.shops.sources.service import Service

LICENCE = "etalab-2.0"
A_SECOND = 4
"""Of the seven that the service grants one address."""
_HIDDEN = re.compile(r"\[(?:ND|NON-DIFFUSIBLE)\]", re.IGNORECASE)
_SHOWN_TO_ALL = frozenset({"", "O"})
_PERSON = "1"
"""With it begins the legal form of a company that is one person: its name is theirs."""
_PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Establishment:
    """An establishment as the registry shows it; one that is `hidden` has nothing but its SIRET and
    its state."""

    siret: str
    active: bool
    hidden: bool
    names: tuple[str, ...] = ()
    street: str = ""
    postcode: str = ""
    city: str = ""

    @property
    def label(self) -> str:
        """It in one line."""
        where = f"{self.postcode} {self.city}".strip()
        return ", ".join(filter(None, [self.names[0] if self.names else "", self.street, where]))


def by_siret(service: Service, siret: str) -> Establishment | None:
    """Return the establishment of a SIRET, or None. Raises as `Service.ask`."""
    found = service.ask("/search", _read, query={"q": siret, "per_page": 1})
    return next((each for each in found if each.siret == siret), None)


def by_name(service: Service, name: str, postcode: str) -> list[Establishment]:
    """Return the establishments of a postcode that a name may mean, without those that chose not to
    be shown. Raises as `Service.ask`."""
    query: dict[str, str | int] = {"q": name, "code_postal": postcode, "per_page": _PER_PAGE}
    found = service.ask("/search", _read, query=query)
    return [each for each in found if each.postcode == postcode and not each.hidden]


def match(
    shop: Entry, found: list[Establishment]
) -> tuple[Establishment | None, list[Establishment]]:
    """Return which establishment a shop is, and which it may be: it is the only one that is active,
    at its street and of a like name."""
    at_it, alike = [], []
    for each in found:
        entry = Entry("", shop.kind, each.postcode, each.city, street=each.street)
        named = any(
            are_alike(shop, Entry(name, shop.kind, each.postcode, each.city)) for name in each.names
        )
        here = bool(shop.address) and shop.address == entry.address
        in_town = town_of(shop.city) == town_of(each.city)
        if named and here and in_town and each.active:
            at_it.append(each)
        if named or here:
            alike.append(each)
    return (at_it[0], []) if len(at_it) == 1 else (None, alike)


def _read(body: bytes) -> list[Establishment]:
    """Return the establishments of an answer, each once. Raises `ValueError` and the like."""
    data = json.loads(body)
    if not isinstance(data["results"], list):
        raise ValueError("no results")
    found: dict[str, Establishment] = {}
    for company in data["results"]:
        for each in _establishments(company):
            found.setdefault(each.siret, each)
    return list(found.values())


def _establishments(company: Mapping[str, Any]) -> Iterator[Establishment]:
    matching = company.get("matching_etablissements") or []
    for row in [*matching, company.get("siege") or {}]:
        siret = str(row.get("siret") or "")
        if not (len(siret) == 14 and siret.isascii() and siret.isdigit()):
            continue
        active = row.get("etat_administratif") == "A" and company.get("etat_administratif") != "C"
        if _is_hidden(company, row):
            yield Establishment(siret, active, hidden=True)
            continue
        postcode = _text(row.get("code_postal"))
        yield Establishment(
            siret,
            active,
            hidden=False,
            names=tuple(dict.fromkeys(_names(company, row))),
            street=_street(_text(row.get("adresse")), postcode),
            postcode=postcode,
            city=_text(row.get("libelle_commune")),
        )


def _is_hidden(company: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Return whether somebody chose not to be shown, by the mark or by what stands in a field."""
    marks = {
        str(company.get("statut_diffusion") or ""),
        str(row.get("statut_diffusion_etablissement") or row.get("statut_diffusion") or ""),
    }
    told = [company.get(name) for name in ("nom_complet", "nom_raison_sociale", "sigle")]
    told += [row.get(name) for name in ("adresse", "code_postal", "libelle_commune")]
    told += [row.get("nom_commercial"), *(row.get("liste_enseignes") or ())]
    return not marks <= _SHOWN_TO_ALL or any(_HIDDEN.search(str(each or "")) for each in told)


def _names(company: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an establishment is called; not the name of a person."""
    told = [*(row.get("liste_enseignes") or ()), row.get("nom_commercial")]
    if not str(company.get("nature_juridique") or "").startswith(_PERSON):
        told += [company.get("nom_raison_sociale"), company.get("nom_complet")]
    yield from filter(None, map(_text, told))


def _street(address: str, postcode: str) -> str:
    """Return the street of an address in one line."""
    return address.partition(f" {postcode} ")[0] if postcode else address


def _text(value: object) -> str:
    return one_line(str(value or ""))[:160]
