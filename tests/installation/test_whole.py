"""The whole of it, as somebody does it who has their own database, proxy and mail server.

From `comptoir setup` to the first copy handed over: each step is a command that one types, a mail
that really came, or a page through the proxy. Nothing here knows the program from inside.
"""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.concurrency.live import free_port
from tests.installation.browser import Browser
from tests.installation.foreign import Foreign
from tests.installation.nodes import ask
from tests.installation.proxy import proxied
from tests.installation.shell import comptoir, plain
from tests.mailserver import Mailbox, mail_server
from tests.patience import until
from tests.served import running
from tests.shops.test_sheet import SAMPLE, WEEKS

ADMIN = "ana@reseau.example"
READER = "camille@lectrice.example"
BY_FILE, BY_AGENT = "la-marge-la-rochelle", "librairie-du-gue-montmorillon"
CATALOGUE = """ean;titre;auteur;éditeur;prix;support
9782070360024;Les Hérons de l’estuaire;Aurélie Vigneau;Éditions du Marais;18,50;broché
9782253004226;Le Phare des absents;Jean Tillac;Éditions du Marais;7,90;poche
"""


class Trial:
    """An installation that is made, step by step, and who has to do with it."""

    def __init__(self, folder: Path, database: str, box: Mailbox, mail_port: int) -> None:
        self.folder, self.database, self.box, self.mail_port = folder, database, box, mail_port
        self.file = folder / "etc" / "comptoir.env"
        self.port, self.site = free_port(), ""
        self.read = 0

    def run(self, *words: str, status: int = 0) -> str:
        """Type `comptoir --env FILE …`, and return what it says."""
        done = comptoir(self.folder, "--env", str(self.file), *words, LANG="fr_FR.UTF-8")
        assert done.returncode == status, (words, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def mail(self, to: str, subject: str = "") -> EmailMessage:
        """Wait for the next mail to somebody, with this in its subject, and return it."""
        known = self.read

        def come() -> list[EmailMessage]:
            theirs = [mail for who, mail in self.box.taken[known:] if who == [to]]
            return [mail for mail in theirs if subject in str(mail["Subject"])]

        until(come)
        self.read = len(self.box.taken)
        return come()[0]

    def link(self, to: str) -> str:
        """Wait for the next mail to somebody, and return the address on this site in its text."""
        found = re.findall(rf"{re.escape(self.site)}/\S+/\S+", words_of(self.mail(to)))
        assert found, "no link"
        return str(found[0])


def words_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def trial(foreign: Foreign, tmp_path: Path) -> Iterator[Trial]:
    foreign.run(
        "CREATE ROLE volunteer LOGIN PASSWORD 'a word'",
        "CREATE DATABASE network OWNER volunteer ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        " TEMPLATE template0",
        "ALTER DATABASE network SET log_error_verbosity = terse",
        "ALTER DATABASE network SET log_min_error_statement = panic",
    )
    with mail_server() as (box, port):
        yield Trial(tmp_path, foreign.url("network", "volunteer", "a word"), box, port)
    foreign.run("DROP DATABASE network WITH (FORCE)", "DROP ROLE volunteer")


def test_from_setup_to_the_first_copy_handed_over(trial: Trial) -> None:
    with ExitStack() as stack:
        front, _proxy = stack.enter_context(proxied(trial.port))
        trial.site = f"http://127.0.0.1:{front}"
        set_up(trial)
        stack.enter_context(served(trial))
        reader, file_desk, agent_desk = (
            stack.enter_context(Browser(trial.site)) for _each in range(3)
        )
        bring_in_fourteen_shops(trial)
        invite_their_people(trial, file_desk, agent_desk)
        sign_in_again(trial, file_desk)
        import_a_catalogue(trial)
        connect_a_till_by_file(file_desk)
        connect_a_till_by_agent(trial, agent_desk)
        reserve(trial, reader)
        hand_over(trial, file_desk, reader)
        nothing_is_wrong(trial, reader)


def set_up(trial: Trial) -> None:
    """One command writes the environment file, migrates, and sends a mail."""
    answers = {
        "database": trial.database,
        "folder": str(trial.folder / "var"),
        "name": "Livres d’Aunis",
        "url": trial.site,
        "proxies": "1",
        "mail-host": "127.0.0.1",
        "mail-port": str(trial.mail_port),
        "mail-tls": "none",
        "sender": "comptoir@livres.aunis.example",
        "administrator": ADMIN,
    }
    words = [word for name, value in answers.items() for word in (f"--{name}", value)]
    said = trial.run("setup", "--yes", *words)
    assert "La suite" in said
    assert trial.mail(ADMIN)["From"].addresses[0].display_name == "Livres d’Aunis"


def served(trial: Trial) -> AbstractContextManager[subprocess.Popen[str]]:
    """Serve as the unit does: the file, and nothing else of Comptoir in the environment but what
    lets two installations run on one machine, and end at once."""
    own = {"COMPTOIR_LIVE_PORT": str(free_port()), "COMPTOIR_LEAVE_SECONDS": "0"}
    words = ("-m", "comptoir", "--env", str(trial.file), "serve", "--port", str(trial.port))
    return running(*words, whole=plain(COMPTOIR_LOG="ERROR", **own))


def bring_in_fourteen_shops(trial: Trial) -> None:
    """The association's sheet, with French headings and hours, and no coordinates."""
    said = trial.run("shops", "import", str(SAMPLE), "--yes")
    assert "14" in said
    listed = trial.run("shops", "list").splitlines()
    assert len(listed) == len(WEEKS)
    assert all("placée dans sa commune" in line for line in listed)
    sheet = trial.folder / "shops.csv"
    trial.run("shops", "list", "--csv", str(sheet))
    with sheet.open(encoding="utf-8-sig", newline="") as rows:
        known = {row["name"]: row for row in csv.DictReader(rows, delimiter=";")}
    assert {name: row["opening_hours"] for name, row in known.items()} == WEEKS


def invite_their_people(trial: Trial, *desks: Browser) -> None:
    """A mail brings a link; a tap on the page behind it lets the person in."""
    for slug, desk in zip((BY_FILE, BY_AGENT), desks, strict=True):
        email = f"responsable@{slug}.example"
        trial.run("shops", "invite", slug, email, "--manager", "--name", "Léa Dupont")
        link = trial.link(email)
        until(lambda: ask(trial.port, "/healthz")[0] == 200)
        desk.open(link).press("Rejoindre")
        assert f"/comptoir/{slug}/" in desk.url


def sign_in_again(trial: Trial, desk: Browser) -> None:
    """Another day, another browser: a code by mail."""
    email = f"responsable@{BY_FILE}.example"
    desk.press("Se déconnecter")
    desk.open("/comptoir/").press("Recevoir un code", email=email)
    mail = trial.mail(email)
    code = str(mail["Subject"]).split()[0]
    assert f"    {code}" in words_of(mail).splitlines()
    desk.press("Entrer", code=code)
    assert f"/comptoir/{BY_FILE}/" in desk.url


def import_a_catalogue(trial: Trial) -> None:
    """What a supplier says of two books."""
    file = trial.folder / "catalogue.csv"
    file.write_text(CATALOGUE)
    assert "2" in trial.run("catalogue", "import", str(file))


def connect_a_till_by_file(desk: Browser) -> None:
    """The till's export is tried out, looked at, and applied."""
    desk.open(f"/comptoir/{BY_FILE}/inventaires").follow("Essayer un fichier")
    rows = b"ean;stock;prix\n9782070360024;3;18,50\n"
    desk.press("Voir ce qu’il ferait", file=("stock.csv", rows))
    desk.see(desk.url, lambda page: page.has("C’est juste"))
    desk.press("C’est juste")
    desk.open(f"/comptoir/{BY_FILE}/stock/9782070360024")
    assert "Les Hérons de l’estuaire" in desk.text


def connect_a_till_by_agent(trial: Trial, desk: Browser) -> None:
    """The counter's page gives a line, which downloads the agent and configures it."""
    pc = trial.folder / "pc"
    exports = pc / "Caisse d’été"
    exports.mkdir(parents=True)
    (exports / "STOCK.csv").write_text("ean;stock;prix\n9782253004226;2;7,90\n")
    desk.open(f"/comptoir/{BY_AGENT}/inventaires").follow("Brancher le PC")
    desk.press("Préparer la ligne", system="linux", folder=str(exports), label="Caisse")
    line = shlex.split(unescape(desk.found(r'<code class="copyable">(.*?)</code>')))
    configure = line.index("configure")
    assert line[:4] == [
        "curl",
        "-fLo",
        "~/comptoir-agent.pyz",
        f"{trial.site}/agent/comptoir-agent.pyz",
    ]
    program = pc / "comptoir-agent.pyz"
    program.write_bytes(desk.fetch(line[3]))
    assert "Connexion réussie" in on_the_pc(program, *line[configure:])
    on_the_pc(program, "once")
    desk.see(f"/comptoir/{BY_AGENT}/inventaires", lambda page: "status--applied" in page.source)


def on_the_pc(program: Path, *words: str) -> str:
    """Run the agent as a PC does that has Python and nothing else."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", program, *words],
        env={"HOME": str(program.parent), "LANG": "fr_FR.UTF-8", "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def reserve(trial: Trial, reader: Browser) -> None:
    """A reader finds the book near them, reserves it, and confirms by the link of the mail."""

    def finds(words: str) -> Callable[[Browser], bool]:
        return lambda page: page.press("Trouver", q=words, near="La Rochelle").has("Réserver")

    reader.see("/", finds("phare absents"))
    assert "Librairie du Gué" in reader.text
    reader.see("/", finds("herons estuaire"))
    assert "La Marge" in reader.text
    reader.press("Réserver")
    reader.press("Réserver", name="Camille Ferrand", email=READER)
    reader.open(trial.link(READER)).press("Je confirme")


def hand_over(trial: Trial, desk: Browser, reader: Browser) -> None:
    """The shop sets the copy aside, the reader hears of it, and takes it."""
    page = reader.url
    desk.open(f"/comptoir/{BY_FILE}/")
    assert "Camille Ferrand" in desk.text
    desk.press("Mis de côté")
    trial.mail(READER, "retirer")
    assert "vous attend" in reader.open(page).text
    desk.open(f"/comptoir/{BY_FILE}/").press("Oui, remis à Camille Ferrand")
    assert "Remis à Camille Ferrand" in desk.open(f"/comptoir/{BY_FILE}/").text
    assert not desk.has("Oui, remis à")


def nothing_is_wrong(trial: Trial, reader: Browser) -> None:
    """What the operator asks afterwards, and what strangers are told."""
    trial.run("check")
    # An address of this machine alone is nothing that certificates or a publisher are asked of.
    found = trial.run("check", "--installation").splitlines()
    assert found[-1] == "Tout va bien."
    assert all(line.startswith("· ") for line in found[:-1]), found
    figures = trial.folder / "figures.csv"
    trial.run("stats", "--csv", str(figures))
    with figures.open(encoding="utf-8-sig", newline="") as rows:
        year = list(csv.DictReader(rows, delimiter=";"))
    assert [(row["réservations"], row["retirées"]) for row in year] == [("1", "1")], year
    assert json.loads(reader.fetch("/healthz")) == {"status": "ok"}
    with urlopen(f"http://127.0.0.1:{trial.port}/healthz", timeout=60) as answer:
        told = json.load(answer)
    assert told["version"]
    assert (told["status"], told["warnings"]) == ("ok", [])
