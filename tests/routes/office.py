"""The routes of a network's office, and of those who run the installation."""

NETWORK = "bureau/<slug:network_slug>/"
TEXT = NETWORK + "textes/<int:publication_id>"
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
    NETWORK + "personnes/<int:person_id>/facteur",
    NETWORK + "boutiques/<int:member_id>/sortie",
    NETWORK + "sorties",
    NETWORK + "sorties/<int:day_id>",
    NETWORK + "sorties/<int:day_id>/fin",
    NETWORK + "tirages",
    NETWORK + "tirages/<int:lot_id>",
    NETWORK + "portes",
    NETWORK + "portes/<int:closing_id>/ouvrir",
    NETWORK + "messages",
    NETWORK + "messages/ecrire",
    NETWORK + "messages/<int:circular_id>",
    *(NETWORK + "qualite/<slug:slug>", NETWORK + "audit", NETWORK + "audit.csv"),
    NETWORK + "reservation",
    *(NETWORK + "registre", NETWORK + "registre.csv", NETWORK + "incident"),
}
"""What is refused to an editor of the network even where nothing was typed."""
ROUTES = [
    NETWORK,
    *sorted(OF_REQUESTS),
    *sorted(OF_FILES),
    NETWORK + "reseau",
    NETWORK + "reseau/logo",
    NETWORK + "personnes",
    NETWORK + "personnes/<int:person_id>",
    NETWORK + "personnes/<int:person_id>/facteur",
    NETWORK + "boutiques",
    NETWORK + "boutiques/<int:member_id>/sortie",
    NETWORK + "chiffres",
    NETWORK + "chiffres.csv",
    NETWORK + "rapport.pdf",
    NETWORK + "sorties",
    NETWORK + "sorties/<int:day_id>",
    NETWORK + "sorties/<int:day_id>/fin",
    NETWORK + "tirages",
    NETWORK + "tirages/<int:lot_id>",
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
    *(NETWORK + "registre", NETWORK + "registre.csv", NETWORK + "incident"),
]
OF_OPERATORS = [
    *("bureau/courriels", "bureau/demandes", "bureau/donnees"),
    *("bureau/journal", "bureau/journal.csv"),
]
"""The routes of those who run the installation."""
