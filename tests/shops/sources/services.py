"""A real server in the form of a geocoding service, and of a company registry."""

import csv
import io
import json
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qs, urlsplit

from tests.answering import reply

# What the service has: street → (type, number, name, postcode, town, latitude, longitude, score).
P = ("86000", "Poitiers")
STREETS = {
    "3 rue du pilori": ("housenumber", "3", "3 Rue du Pilori", *P, 46.5811, 0.3419, 0.97),
    "8 rue neuve": ("housenumber", "8", "8 Rue Neuve", *P, 46.5832, 0.3377, 0.96),
    "place notre dame": ("street", "", "Place Notre-Dame", *P, 46.5833, 0.3441, 0.91),
    "9 rue haute": ("street", "", "Rue Haute", *P, 46.5801, 0.3402, 0.71),
    "zone sud": ("municipality", "", "Poitiers", *P, 46.5833, 0.3333, 0.83),
    "1 rue basse": ("housenumber", "1", "1 Rue Basse", "86000", "Buxerolles", 46.598, 0.349, 0.94),
    "place de l hotel de ville": ("street", "", "Rue de l'Hôtel de Ville", *P, 46.58, 0.34, 0.79),
    "2 rue loin": ("housenumber", "2", "2 Rue Loin", *P, 44.1, 3.1, 0.95),
    "5 rue floue": ("housenumber", "5", "5 Rue Floue", *P, 46.58, 0.34, 0.41),
    "7 rue codee": ("housenumber", "7", "7 Rue Codée", "86360", "Poitiers", 46.58, 0.34, 0.95),
}
SEVERAL = {"4 rue double": [(46.57, 0.33), (46.59, 0.35)]}


class Geocoder:
    """Answers as the service does; `asked` has each path, `faults` what comes first instead."""

    def __init__(self, faults=(), *, files=True):
        self.asked, self.faults, self.files = [], list(faults), files
        self.rows = 0

    def __call__(self, handler):
        url = urlsplit(handler.path)
        self.asked.append(url.path)
        if self.faults and (fault := self.faults.pop(0)):
            fault(handler)
        elif url.path == "/geocodage/search/csv" and self.files:
            reply(handler, body=self._file(handler), Content_Type="text/csv; charset=utf-8")
        elif url.path == "/geocodage/search":
            reply(handler, body=json.dumps(self._search(parse_qs(url.query))).encode())
        else:
            reply(handler, 404, b"{}")

    def _search(self, query):
        (asked,) = query["q"]
        street = _key(asked.partition(f" {query['postcode'][0]}")[0])
        return {"type": "FeatureCollection", "features": [_feature(e) for e in _known(street)]}

    def _file(self, handler):
        head = f"Content-Type: {handler.headers['Content-Type']}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + handler.body)
        parts = list(form.iter_parts())
        assert [p.get_content().strip() for p in parts[1:]] == ["street", "city", "postcode"]
        rows = list(csv.DictReader(io.StringIO(parts[0].get_payload(decode=True).decode())))
        self.rows += len(rows)
        names = ["longitude", "latitude", *(f"result_{n}" for n in _RESULT)]
        text = io.StringIO()
        writer = csv.DictWriter(text, [*rows[0], *names])
        writer.writeheader()
        for row in rows:
            writer.writerow(row | _result(_known(_key(row["street"]))))
        return text.getvalue().encode()


_RESULT = (
    *("score", "score_next", "label", "type", "id", "housenumber", "name", "street", "postcode"),
    *("city", "context", "citycode", "oldcitycode", "oldcity", "district", "status"),
)


def _key(street):
    return street.lower().replace("-", " ").replace("'", " ").replace("é", "e").replace("ô", "o")


def _known(street):
    if street in SEVERAL:
        first = ("housenumber", "4", "4 Rue Double", "86000", "Poitiers")
        return [(*first, *point, 0.9) for point in SEVERAL[street]]
    return [STREETS[street]] if street in STREETS else []


def _properties(found):
    kind, number, name, postcode, city, _lat, _lon, score = found
    return {
        "label": f"{name} {postcode} {city}",
        "score": score,
        "housenumber": number,
        "id": f"86194_{len(name):04d}",
        "name": name,
        "postcode": postcode,
        "citycode": "86194",
        "city": city,
        "context": "86, Vienne, Nouvelle-Aquitaine",
        "type": kind,
        "importance": 0.6,
    }


def _feature(found):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [found[6], found[5]]},
        "properties": _properties(found),
    }


def _result(known):
    if not known:
        return {"result_status": "not-found"}
    told = _properties(known[0])
    row = {f"result_{name}": told.get(name, "") for name in _RESULT}
    row |= {"result_score_next": known[1][7] if len(known) > 1 else "", "result_status": "ok"}
    return row | {"latitude": known[0][5], "longitude": known[0][6]}


class Registry:
    """Answers as the registry does, with companies; `asked` has each question."""

    def __init__(self, *companies, faults=()):
        self.companies, self.faults, self.asked = companies, list(faults), []

    def __call__(self, handler):
        url = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(query)
        if self.faults and (fault := self.faults.pop(0)):
            fault(handler)
            return
        assert url.path == "/search"
        found = [each for each in self.companies if self._matches(each, query)]
        body = {"results": found, "total_results": len(found), "page": 1, "per_page": 10}
        reply(handler, body=json.dumps(body | {"total_pages": 1}).encode())

    def _matches(self, each, query):
        text = json.dumps(each, ensure_ascii=False)
        postcode = query.get("code_postal", "")
        return postcode in text and (query["q"] in text or not query["q"].isdigit())


def company(siret="73282932000074", *, state="A", shown="O", **changes):
    """A company with one establishment, as the registry shows it."""
    here = {
        "siret": siret,
        "activite_principale": "47.61Z",
        "adresse": "3 RUE DU PILORI 86000 POITIERS",
        "code_postal": "86000",
        "commune": "86194",
        "libelle_commune": "POITIERS",
        "est_siege": True,
        "etat_administratif": state,
        "date_fermeture": None,
        "latitude": "46.5811",
        "longitude": "0.3419",
        "liste_enseignes": ["LIBRAIRIE DU PILORI"],
        "nom_commercial": None,
        "statut_diffusion_etablissement": shown,
    }
    here |= {name: value for name, value in changes.items() if name in here}
    return {
        "siren": siret[:9],
        "nom_complet": changes.get("nom_complet", "PILORI SARL"),
        "nom_raison_sociale": changes.get("nom_raison_sociale", "PILORI SARL"),
        "sigle": None,
        "nombre_etablissements": 1,
        "siege": here,
        "matching_etablissements": [here],
        "etat_administratif": "A",
        "nature_juridique": changes.get("nature_juridique", "5499"),
        "dirigeants": [{"nom": "DURAND", "prenoms": "ANNE", "type_dirigeant": "personne physique"}],
        "statut_diffusion": shown,
    }


# What goes wrong.


def busy(handler):
    reply(handler, 429, b"", Retry_After="0")


def broken(handler):
    reply(handler, 503, b"<html>")


def malformed(handler):
    reply(handler, 200, b'{"results": 7, "features": "x"}')


def no_json(handler):
    reply(handler, 200, b"<html>maintenance</html>")


def huge(handler):
    """A gigabyte, for whoever reads it."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(1 << 30))
    handler.end_headers()
    piece = b" " * (1 << 20)
    for _each in range(1 << 10):
        handler.wfile.write(piece)
