"""Whose each route is: the table by which `test_routes.py` tries every route as everybody.

A route of the site that is not in `ROUTES` fails the tests: say there whose it is.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


class Kind(StrEnum):
    """Whose a route is."""

    PUBLIC = "public"
    """Anybody's, and a customer's by the secret in the address."""
    COUNTER = "counter"
    """A shop's, for those who work there."""
    OWN = "own"
    """Whoever is signed in, about themselves."""
    OFFICE = "office"
    """Those who run the installation."""
    NETWORK = "network"
    """A network's office, for those who work for it."""
    API = "api"
    """Programs, anybody's."""
    API_SHOP = "api shop"
    """Programs, with the token of the shop."""


COUNTER = "comptoir/<slug:shop_slug>/"
ORDER = COUNTER + "reservations/<int:order_id>"
PRODUCT = COUNTER + "stock/<str:ref>"
COPY = COUNTER + "occasions/<int:offer_id>"
REPORT = COUNTER + "inventaires/<int:report_id>"
BENCH = COUNTER + "inventaires/essai"
COUNT = COUNTER + "comptages/<int:count_id>"
TEAM = COUNTER + "boutique/equipe"
WINDOW = COUNTER + "vitrine"
NETWORK = "bureau/<slug:network_slug>/"
TEXT = NETWORK + "textes/<int:publication_id>"
SAID = "reseaux/<slug:network_slug>/"
API_SHOP = "api/v1/shops/<siret>"
REQUESTS = NETWORK + "demandes"
OF_REQUESTS = {
    REQUESTS,
    REQUESTS + "/inviter",
    REQUESTS + "/<int:request_id>",
    REQUESTS + "/adhesions/<int:membership_id>",
}
OF_FILES = {
    NETWORK + "annuaire",
    NETWORK + "annuaire/fichier",
    NETWORK + "annuaire/membres.csv",
}
OF_COORDINATORS = {
    *OF_FILES,
    *OF_REQUESTS,
    NETWORK + "reseau",
    NETWORK + "reseau/logo",
    NETWORK + "personnes",
    NETWORK + "boutiques/<int:member_id>/sortie",
    NETWORK + "portes",
    NETWORK + "portes/<int:closing_id>/ouvrir",
    NETWORK + "messages",
    NETWORK + "messages/ecrire",
    NETWORK + "messages/<int:circular_id>",
    *(NETWORK + "qualite/<slug:slug>", NETWORK + "audit", NETWORK + "audit.csv"),
    NETWORK + "reservation",
}
"""What is refused to an editor of the network even where nothing was typed."""
FAREWELL = COUNTER + "boutique/depart"
OWN_PAGE = COUNTER + "page"
PHOTO = OWN_PAGE + "/photos/<str:digest>"
OF_MANAGERS = {
    *(COUNTER + "boutique/journal", COUNTER + "boutique/journal.csv"),
    *(COUNTER + "boutique/alertes", COUNTER + "boutique/inventaire-google"),
    *(OWN_PAGE + "/liens", OWN_PAGE + "/historique/<int:act_id>/annuler"),
    *(PHOTO, PHOTO + "/deplacer", PHOTO + "/retirer", PHOTO + "/effacer"),
    *(FAREWELL, FAREWELL + "/avancement", FAREWELL + "/export.zip"),
    *(FAREWELL + "/fin", FAREWELL + "/rester"),
}
"""What is refused to others of the shop even where nothing was typed."""
ROUTES = {
    Kind.API: [
        "api/v1/openapi.json",
        "api/v1/about",
        "api/v1/products",
        "api/v1/products/<ean>",
        "api/v1/products/<ean>/availability",
        "api/v1/shops",
        "api/v1/shops/<siret>",
        "api/v1/shops/<siret>/slots",
        "api/v1/events",
        "api/v1/picks",
        "api/v1/rounds",
        "api/v1/orders",
        "api/v1/orders/<token>",
        "api/v1/orders/<token>/cancel",
        "api/v1/orders/<token>/slot",
        "api/v1/order-groups",
        "api/v1/order-groups/<group_token>",
        "api/v1/order-groups/<group_token>/cancel",
        "api/v1/",
        "tills/<str:provider>/<str:link_token>",
        "stocks/<str:siret>",
        "public/offers/v1/products/ean",
    ],
    Kind.API_SHOP: [
        API_SHOP + "/orders",
        API_SHOP + "/orders/<code>",
        API_SHOP + "/orders/<code>/set-aside",
        API_SHOP + "/orders/<code>/collect",
        API_SHOP + "/orders/<code>/cancel",
        API_SHOP + "/orders/<code>/not-found",
        API_SHOP + "/stock",
        API_SHOP + "/webhooks",
        API_SHOP + "/webhooks/<int:endpoint_id>",
        API_SHOP + "/webhooks/<int:endpoint_id>/secret",
        API_SHOP + "/webhooks/<int:endpoint_id>/pause",
        API_SHOP + "/webhooks/<int:endpoint_id>/resume",
        API_SHOP + "/webhooks/<int:endpoint_id>/test",
        API_SHOP + "/webhooks/<int:endpoint_id>/messages",
        API_SHOP + "/webhook-messages/<int:delivery_id>/replay",
        API_SHOP + "/copies",
        API_SHOP + "/offers",
        API_SHOP + "/files",
    ],
    Kind.COUNTER: [
        COUNTER,
        COUNTER + "liste",
        COUNTER + "trouver",
        ORDER,
        ORDER + "/mettre-de-cote",
        ORDER + "/remettre",
        ORDER + "/annuler",
        ORDER + "/lignes/<int:line_id>/pas-en-rayon",
        COUNTER + "reserver",
        COUNTER + "stock",
        COUNTER + "stock.csv",
        PRODUCT,
        PRODUCT + "/vendu",
        PRODUCT + "/recu",
        PRODUCT + "/compte",
        PRODUCT + "/pourquoi",
        PRODUCT + "/titre",
        COUNTER + "occasions",
        COUNTER + "occasions/ajouter",
        COPY,
        COPY + "/vendu",
        COPY + "/retirer",
        COPY + "/vu",
        COUNTER + "inventaires",
        REPORT,
        REPORT + "/appliquer",
        REPORT + "/ecarter",
        REPORT + "/rapport.csv",
        BENCH,
        COUNTER + "inventaires/formats",
        COUNTER + "inventaires/articles/<slug:format>",
        BENCH + "/<int:upload_id>",
        BENCH + "/<int:upload_id>/avancement",
        BENCH + "/<int:upload_id>/arreter",
        BENCH + "/<int:upload_id>/relire",
        COUNTER + "comptages",
        COUNT,
        COUNT + "/scans",
        COUNT + "/ecarts",
        COUNT + "/appliquer",
        COUNT + "/abandonner",
        COUNTER + "comptages/caisse",
        COUNTER + "comptages/caisse.csv",
        COUNTER + "comptages/demandes",
        BENCH + "/<int:upload_id>/colonnes",
        COUNTER + "caisses",
        COUNTER + "caisses/pc",
        COUNTER + "caisses/<int:feed_id>/remplacee",
        COUNTER + "messages",
        WINDOW,
        WINDOW + "/mots/<str:ref>",
        WINDOW + "/mot/<int:pick_id>/en-tete",
        WINDOW + "/mot/<int:pick_id>/deplacer",
        WINDOW + "/mot/<int:pick_id>/retirer",
        WINDOW + "/rencontres/annoncer",
        WINDOW + "/rencontres/<int:event_id>",
        WINDOW + "/rencontres/<int:event_id>/annuler",
        OWN_PAGE,
        OWN_PAGE + "/liens",
        OWN_PAGE + "/photos",
        PHOTO,
        PHOTO + "/deplacer",
        PHOTO + "/retirer",
        PHOTO + "/effacer",
        OWN_PAGE + "/historique",
        OWN_PAGE + "/historique/<int:act_id>/annuler",
        COUNTER + "chiffres",
        COUNTER + "chiffres.csv",
        COUNTER + "boutique",
        COUNTER + "porte",
        ORDER + "/creneau",
        COUNTER + "boutique/porte",
        COUNTER + "boutique/porte/semaine",
        COUNTER + "boutique/porte/<int:doors_id>/ouvrir",
        COUNTER + "boutique/fermetures",
        COUNTER + "boutique/journal",
        COUNTER + "boutique/journal.csv",
        COUNTER + "boutique/alertes",
        COUNTER + "boutique/inventaire-google",
        FAREWELL,
        FAREWELL + "/avancement",
        FAREWELL + "/export.zip",
        FAREWELL + "/fin",
        FAREWELL + "/rester",
        COUNTER + "boutique/reseaux",
        COUNTER + "premiers-pas",
        COUNTER + "premiers-pas/essai",
        COUNTER + "premiers-pas/cacher",
        COUNTER + "boutique/webhooks",
        COUNTER + "boutique/webhooks/<int:endpoint_id>",
        COUNTER + "boutique/fermetures/<int:closure_id>",
        TEAM,
        TEAM + "/inviter",
        TEAM + "/invitations/<int:invitation_id>",
        TEAM + "/personnes/<int:user_id>",
        TEAM + "/nom",
        TEAM + "/programmes",
        TEAM + "/programmes/<int:token_id>",
    ],
    Kind.OFFICE: ["bureau/courriels", "bureau/demandes", "bureau/journal", "bureau/journal.csv"],
    Kind.NETWORK: [
        NETWORK,
        *sorted(OF_REQUESTS),
        *sorted(OF_FILES),
        NETWORK + "reseau",
        NETWORK + "reseau/logo",
        NETWORK + "personnes",
        NETWORK + "personnes/<int:person_id>",
        NETWORK + "boutiques",
        NETWORK + "boutiques/<int:member_id>/sortie",
        NETWORK + "chiffres",
        NETWORK + "chiffres.csv",
        NETWORK + "rapport.pdf",
        NETWORK + "portes",
        NETWORK + "portes/<int:closing_id>/ouvrir",
        NETWORK + "pages",
        NETWORK + "pages/ajouter",
        NETWORK + "actualites",
        NETWORK + "actualites/ajouter",
        TEXT,
        TEXT + "/historique",
        TEXT + "/ordre",
        TEXT + "/retirer",
        TEXT + "/supprimer",
        NETWORK + "images",
        NETWORK + "images/<int:picture_id>/supprimer",
        NETWORK + "banniere",
        NETWORK + "banniere/<int:banner_id>/fin",
        NETWORK + "messages",
        NETWORK + "messages/ecrire",
        NETWORK + "messages/<int:circular_id>",
        NETWORK + "qualite",
        NETWORK + "qualite.csv",
        NETWORK + "qualite/<slug:slug>",
        NETWORK + "audit",
        NETWORK + "audit.csv",
        NETWORK + "reservation",
    ],
    Kind.OWN: [
        "bureau/",
        "bureau/securite",
        "comptoir/",
        "compte/sortie/",
        "compte/verifier/",
        "compte/securite/",
        "compte/securite/reauthenticate/",
        "compte/securite/totp/activate/",
        "compte/securite/totp/deactivate/",
        "compte/securite/recovery-codes/",
        "compte/securite/recovery-codes/generate/",
        "compte/securite/recovery-codes/download/",
        "compte/securite/webauthn/",
        "compte/securite/webauthn/add/",
        "compte/securite/webauthn/reauthenticate/",
        "compte/securite/webauthn/keys/<int:pk>/remove/",
        "compte/securite/webauthn/keys/<int:pk>/edit/",
    ],
    Kind.PUBLIC: [
        "api/v1/docs",
        "comptoir/entrer",
        "comptoir/invitation/<str:link>",
        "compte/",
        "compte/code/",
        "compte/code/confirmer/",
        "compte/code/etat",
        "compte/inactif/",
        "compte/securite/authenticate/",
        "compte/securite/webauthn/login/",
        "i18n/setlang/",
        "demo/mails",
        "demo/mails/<int:message_id>",
        "demo/mails/<int:message_id>/html",
        "healthz",
        "metrics",
        "agent/<str:name>",
        "healthz/seen",
        "healthz/host",
        "suggestions",
        "",
        "images/<str:digest>.webp",
        "pages/<slug:page>",
        "actualites",
        "actualites.atom",
        "actualites/<slug:item>",
        SAID + "pages/<slug:page>",
        SAID + "actualites",
        SAID + "actualites.atom",
        SAID + "actualites/<slug:item>",
        "recherche",
        "recherche/voisins",
        "titre/<str:ref>",
        "titre/<str:ref>/offres",
        "titre/<str:ref>/voisins",
        "titre/<str:ref>/alerte",
        "reserver/alerte/<str:ref>",
        "alerte/<str:word>",
        "alertes/fin/<str:mailbox>",
        "couverture/<str:ref>.svg",
        "photo/boutique/<str:name>.webp",
        "photo/<str:digest>.webp",
        "photo/<str:digest>/petite.webp",
        "couleur/<str:colour>.css",
        "logo/<str:digest>.png",
        "boutiques",
        "boutiques.geojson",
        "boutiques.horaires",
        "boutiques/<slug:slug>",
        "boutiques/<slug:slug>/rayons",
        "boutiques/<slug:slug>/agenda.ics",
        "boutiques/<slug:slug>/agenda.atom",
        "agenda",
        "agenda.ics",
        "agenda.atom",
        "agenda/<int:event_id>",
        "agenda/<int:event_id>.ics",
        "boutiques/<slug:slug>/affiche.pdf",
        "boutiques/<slug:slug>/ecrire",
        "annuaire",
        "annuaire/<slug:place>",
        "annuaire/<slug:place>/<slug:kind>",
        "annuaire/<slug:place>/<slug:kind>/<slug:thing>",
        "ou-trouver",
        "ou-trouver/liste",
        "ou-trouver/<str:ref>",
        "panier",
        "tournee",
        "reserver",
        "reserver/ensemble",
        "reservation/groupe/<str:group_token>",
        "reservation/groupe/<str:group_token>/confirmer/<str:group_proof>",
        "reservation/groupe/<str:group_token>/annuler",
        "reservation/<str:token>",
        "reservation/<str:token>/confirmer/<str:proof>",
        "reservation/<str:token>/annuler",
        "reservation/<str:token>/creneau",
        "reservation/<str:token>/retrait.ics",
        "reservation/<str:token>/code.svg",
        "reservation/<path:rest>",
        "rejoindre",
        "rejoindre/envoyee",
        "rejoindre/confirmer/<str:link>",
        "rejoindre/verifier/<str:link>",
        "vie-privee",
        "mentions-legales",
        "accessibilite",
        "inventaire/<str:inventory>.tsv",
        "inventaire/<str:inventory>/titres.tsv",
        "carte/titre/<str:ref>.png",
        "carte/boutique/<slug:slug>.png",
        "donnees",
        "donnees/boutiques.csv",
        "donnees/boutiques.geojson",
        "donnees/boutiques.json",
        "robots.txt",
        "sitemap-pages.xml",
        "sitemap-annuaire.xml",
        "sitemap-agenda.xml",
        "sitemap.xml",
        "sitemap-boutiques.xml",
        "sitemap-titres-<int:page>.xml",
        "opensearch.xml",
        "manifest.webmanifest",
        "tuiles/<int:z>/<int:x>/<int:y>",
    ],
}
KINDS = {route: kind for kind, routes in ROUTES.items() for route in routes}


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield every route below a resolver, as its patterns write it."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        full = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, full)
        elif isinstance(pattern, URLPattern):
            yield full


def of(*kinds: Kind) -> list[str]:
    """Return the routes of these kinds."""
    return [route for route, kind in KINDS.items() if kind in kinds]
