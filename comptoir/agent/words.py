"""What the agent says, in French and in English. A table, for a PC without gettext.

The spaces of French are the plain no-break one: the narrow one is missing from the character set of
many a Windows console.
"""

import locale
import os

WORDS: dict[str, tuple[str, str]] = {
    # status
    "up_to_date": (
        "Last sent {when}, {lines}: everything is up to date.",
        "Dernier envoi {when}, {lines}, tout est à jour.",
    ),
    "waits": (
        "Last sent {when}; {files} waiting.",
        "Dernier envoi {when} ; {files}.",
    ),
    "files_one": ("1 file is", "1 fichier attend"),
    "files_many": ("{count} files are", "{count} fichiers attendent"),
    "lines_one": ("1 title", "1 titre"),
    "lines_many": ("{count} titles", "{count} titres"),
    "never": ("at no time yet", "jamais encore"),
    "trouble_offline": (
        "The connection has been cut for {since}, {files} waiting.",
        "La connexion est coupée depuis {since}, {files}.",
    ),
    "trouble_busy": (
        "The server has not been able to answer for {since}, {files} waiting. It is asked again.",
        "Le serveur ne peut pas répondre depuis {since}, {files}. Nouvel essai bientôt.",
    ),
    "trouble_broken": (
        "Something in the agent broke {since} ago, {files} waiting: see {log}.",
        "L’agent est en panne depuis {since}, {files} : voir {log}.",
    ),
    "trouble_token": (
        "The server no longer takes this token, {files} waiting: ask your network for another one,"
        " then run “comptoir-agent configure” again.",
        "Le serveur n’accepte plus ce jeton, {files} : demandez-en un autre à votre réseau, puis"
        " relancez « comptoir-agent configure ».",
    ),
    "trouble_shop": (
        "This token is not that of the shop {shop}, {files} waiting: check the number (SIRET) with"
        " “comptoir-agent configure”.",
        "Ce jeton n’est pas celui de la boutique {shop}, {files} : vérifiez le numéro (SIRET) avec"
        " « comptoir-agent configure ».",
    ),
    "trouble_address": (
        "It is not Comptoir that answers at {url}, {files} waiting: check the address, or sign in"
        " to the network you are on.",
        "Ce n’est pas Comptoir qui répond à l’adresse {url}, {files} : vérifiez l’adresse, ou"
        " connectez-vous au réseau où vous êtes.",
    ),
    "trouble_certificate": (
        "This PC does not trust the certificate of {url}, {files} waiting. {why}",
        "Ce PC ne reconnaît pas le certificat de {url}, {files}. {why}",
    ),
    "certificate_date": (
        "It is not valid today: is this PC's clock right ({today})? If so, tell your network to"
        " renew it.",
        "Il n’est pas valable aujourd’hui : l’horloge de ce PC est-elle juste ({today}) ? Si oui,"
        " demandez à votre réseau de le renouveler.",
    ),
    "certificate_name": (
        "It was made for another address: check the address that your network gave you.",
        "Il est fait pour une autre adresse : vérifiez celle que votre réseau vous a donnée.",
    ),
    "certificate_issuer": (
        "Nobody that this PC knows vouches for it. If an antivirus program opens secure"
        " connections, exempt this address there; if your network makes its certificates itself,"
        " ask it for the file and configure again with “--certificate FILE”.",
        "Personne que ce PC connaisse ne s’en porte garant. Si un antivirus ouvre les connexions"
        " sécurisées, exemptez-y cette adresse ; si votre réseau fait lui-même ses certificats,"
        " demandez-lui le fichier et réglez l’agent de nouveau avec « --certificate FICHIER ».",
    ),
    "not_running": (
        "The agent is not running: start it with “{command}”.",
        "L’agent ne tourne pas : démarrez-le avec « {command} ».",
    ),
    "no_folder": (
        "The folder {folder} cannot be read: does it still exist?",
        "Le dossier {folder} ne peut pas être lu : existe-t-il encore ?",
    ),
    "nothing_yet": (
        "The till has not exported anything to {folder} yet.",
        "La caisse n’a encore rien exporté dans {folder}.",
    ),
    "is_full": (
        "Too much is waiting: new files stay in the till's folder until the connection is back.",
        "Trop de fichiers attendent : les nouveaux restent dans le dossier de la caisse jusqu’au"
        " retour de la connexion.",
    ),
    "clock_off": (
        "This PC's clock is {minutes} min off: moments are corrected, but set it right.",
        "L’horloge de ce PC est fausse de {minutes} min : les moments sont corrigés, mais"
        " remettez-la à l’heure.",
    ),
    "was_refused": (
        "{name} was refused: {why}",
        "{name} a été refusé : {why}",
    ),
    "run_quarantined": (
        "{name} was received but is held back: check it at the counter, under “Till”.",
        "{name} est bien reçu mais retenu : vérifiez-le au comptoir, page « Caisse ».",
    ),
    "run_refused": (
        "{name} was received but none of its lines can be read: the counter says why, under"
        " “Till”.",
        "{name} est bien reçu mais aucune de ses lignes n’est lisible : le comptoir dit"
        " pourquoi, page « Caisse ».",
    ),
    "run_outdated": (
        "{name} is older than what is already known: it changed nothing.",
        "{name} est plus ancien que ce que l’on sait déjà : rien n’a changé.",
    ),
    "some_refused": (
        "Refused lines of {name}: {refused}. The counter says why, under “Till”.",
        "Lignes refusées de {name} : {refused}. Le comptoir dit pourquoi, page « Caisse ».",
    ),
    # moments
    "at_today": ("at {time}", "à {time}"),
    "at_day": ("on {day} at {time}", "le {day} à {time}"),
    "seconds": ("{n} s", "{n} s"),
    "minutes": ("{n} min", "{n} min"),
    "hours": ("{n} h", "{n} h"),
    "days": ("{n} days", "{n} jours"),
    # log
    "started": ("Agent started: it watches {folder}.", "Agent démarré : il surveille {folder}."),
    "stopped": ("Agent stopped.", "Agent arrêté."),
    "taken": ("{name} is whole: it will be sent.", "{name} est complet : il va partir."),
    "sent": ("{name} was sent ({why}).", "{name} est envoyé ({why})."),
    "unsent": ("Nothing can be sent now ({why}).", "Rien ne part pour l’instant ({why})."),
    "too_large": (
        "the file is larger than 20 MB, even compressed",
        "le fichier dépasse 20 Mo, même compressé",
    ),
    "copy_gone": (
        "its copy is gone from the agent's folder",
        "sa copie a disparu du dossier de l’agent",
    ),
    "broken": ("Something in the agent broke", "Une panne dans l’agent"),
    # commands
    "not_configured": (
        "Nothing is configured yet: run “comptoir-agent configure”.",
        "Rien n’est encore réglé : lancez « comptoir-agent configure ».",
    ),
    "already_running": (
        "An agent is already running on this PC with the same settings.",
        "Un agent tourne déjà sur ce PC avec les mêmes réglages.",
    ),
    "unsafe_url": (
        "The address must begin with “https://”: the token would be readable on the way.",
        "L’adresse doit commencer par « https:// » : le jeton serait lisible en chemin.",
    ),
    "ask_token": ("Token of the shop", "Jeton de la boutique"),
    "found_shop": (
        "Connected: this PC sends for “{shop}”.",
        "Connexion réussie : ce PC envoie pour « {shop} ».",
    ),
    "found_files": (
        "Files of the till in {folder}: {count}.",
        "Fichiers de la caisse dans {folder} : {count}.",
    ),
    "found_offline": (
        "Saved, but {url} does not answer now ({why}): the agent will keep trying.",
        "C’est enregistré, mais {url} ne répond pas pour l’instant ({why}) : l’agent réessaiera.",
    ),
    "found_token": (
        "Saved, but the server does not know this token: check that it was copied whole.",
        "C’est enregistré, mais le serveur ne connaît pas ce jeton : vérifiez qu’il est copié en"
        " entier.",
    ),
    "found_shop_unknown": (
        "Saved, but this token is not that of the shop {shop}: check the number (SIRET).",
        "C’est enregistré, mais ce jeton n’est pas celui de la boutique {shop} : vérifiez le"
        " numéro (SIRET).",
    ),
    "found_certificate": (
        "Saved, but this PC does not trust the certificate of {url}. {reason}",
        "C’est enregistré, mais ce PC ne reconnaît pas le certificat de {url}. {reason}",
    ),
    "bad_certificate": (
        "{file} holds no certificate that can be read (PEM).",
        "{file} ne contient aucun certificat lisible (PEM).",
    ),
    "ask_folder": ("Folder where the till exports", "Dossier où la caisse exporte"),
    "found_address": (
        "Saved, but it is not Comptoir that answers at {url}: check the address.",
        "C’est enregistré, mais ce n’est pas Comptoir qui répond à l’adresse {url} : vérifiez-la.",
    ),
    "start_with_pc": (
        "1. Paste this, and it starts with the PC:",
        "1. Collez ceci, et il démarrera avec le PC :",
    ),
    "start_it": (
        "2. Then paste this, and it starts now; leave this window open today:",
        "2. Collez ensuite ceci, et il démarre maintenant ; laissez cette fenêtre ouverte"
        " aujourd’hui :",
    ),
}


class Say:
    """Says things in one language, the user's own unless told otherwise."""

    def __init__(self) -> None:
        self.language = _own_language()

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence of the table with its values."""
        return WORDS[key][self.language == "fr"].format(**values)

    def number(self, value: int) -> str:
        """Return a whole number as people write it: 3 421 or 3,421."""
        return f"{value:,}".replace(",", "\u00a0" if self.language == "fr" else ",")


def _own_language() -> str:
    """Return `en` for those whose system speaks English, else `fr`."""
    told = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    told = told or (locale.getlocale()[0] or "")
    return "en" if told.lower().startswith("en") else "fr"


say = Say()
