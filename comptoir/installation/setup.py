"""`comptoir setup`: asks, checks each answer, writes the environment file, makes the tables and
the first administrator, and says what comes next."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pwd import struct_passwd

import click

from comptoir import environment
from comptoir.installation import store, whereabouts
from comptoir.installation.findings import Weight
from comptoir.installation.postgres import connect, trouble_with
from comptoir.installation.questions import (
    Answers,
    Asker,
    administrator,
    masked,
    of_mail,
    of_publisher,
    of_site,
    says_yes,
)
from comptoir.installation.users import acting_as, become, give
from comptoir.installation.words import gettext as _
from comptoir.installation.words import language

USUAL_FOLDER = "/var/lib/comptoir"


@dataclass(frozen=True, slots=True)
class Place:
    """The environment file, what it says now, and the user that Comptoir runs as (None: this)."""

    file: Path
    text: str
    user: struct_passwd | None

    @property
    def known(self) -> dict[str, str]:
        """The settings that are there."""
        return environment.parse(self.text, self.file)


def place(file: str | None, user: struct_passwd | None) -> Place:
    """Return where the settings of this installation are, or will be. Raises
    `click.ClickException` where they cannot be read, or not be written."""
    path = Path(file or os.environ.get(environment.NAMED_BY) or environment.DEFAULT).absolute()
    with whereabouts.told():
        found = path.exists() and environment.read(path)
    text = path.read_text(encoding="utf-8") if found is not False else ""
    there = next(each for each in path.parents if each.exists())
    if not os.access(there, os.W_OK):
        raise click.ClickException(
            _("%(file)s cannot be written by this user: run it as root, or name --env FILE.")
            % {"file": path}
        )
    return Place(path, text, user)


def run(asker: Asker, where: Place, *, try_mail: bool) -> None:
    """Set an installation up. Raises `click.ClickException` with what is wrong; until the file is
    written, nothing has changed."""
    answers = _of_database(asker, where.user) | _of_folder(asker, where)
    answers |= of_site(asker)
    answers |= _key(asker.known, Path(answers["COMPTOIR_VAR"]))
    answers |= of_mail(asker, answers)
    answers |= of_publisher(asker, answers)
    admin = administrator(asker)
    if "COMPTOIR_NETWORK_EMAIL" not in asker.known:
        answers["COMPTOIR_NETWORK_EMAIL"] = admin
    _set_up(where, answers)
    if try_mail:
        answers |= _mails(asker, answers, admin)
    if not _write(asker, where, answers):
        raise click.exceptions.Exit(1)
    _make(where, admin)
    _say_next(where, again=bool(asker.known))


def _of_database(asker: Asker, user: struct_passwd | None) -> Answers:
    """Ask for the database until it is one that Comptoir can live in."""

    def wrong(url: str) -> str | None:
        with acting_as(user):
            if trouble := trouble_with(url):
                return trouble
            with connect(url) as connection:
                found = [
                    each.sentence
                    for each in store.findings(connection)
                    if each.weight is Weight.ERROR
                ]
        return "\n".join(found) or None

    url = asker.answer(
        "DATABASE_URL",
        _("The database: postgresql://user:password@host/name"),
        os.environ.get("DATABASE_URL", "postgresql:///comptoir"),
        wrong,
    )
    click.echo(_("✓ The database can be used."))
    return {"DATABASE_URL": url}


def _of_folder(asker: Asker, where: Place) -> Answers:
    """Ask for the node's folder, and make it."""

    def wrong(value: str) -> str | None:
        folder = Path(value)
        if not folder.is_absolute():
            return _("Write the whole path, from / on.")
        try:
            if not folder.exists():
                folder.mkdir(parents=True, mode=0o750)
                give(folder, where.user, whole=True)
        except OSError as error:
            return _("%(folder)s cannot be made (%(why)s).") % {
                "folder": folder,
                "why": error.strerror,
            }
        with acting_as(where.user):
            if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
                return _("%(folder)s cannot be written to: give it to the user of Comptoir.") % {
                    "folder": folder
                }
        return None

    usual = USUAL_FOLDER if os.geteuid() == 0 else str(Path("var").resolve())
    told = _("The folder of this node's data")
    return {"COMPTOIR_VAR": asker.answer("COMPTOIR_VAR", told, usual, wrong)}


def _key(known: Mapping[str, str], var: Path) -> Answers:
    """Return the secret key: the one there is, in the file or the folder, else a new one."""
    if known.get("COMPTOIR_SECRET_KEY"):
        return {}
    file = var / "secret_key"
    kept = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    return {"COMPTOIR_SECRET_KEY": kept or secrets.token_urlsafe(48)}


def _set_up(where: Place, answers: Answers) -> None:
    """Set Django up with what was answered: what this process was told otherwise does not count."""
    for key, value in {**where.known, **answers}.items():
        os.environ[key] = value
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language())


def _mails(asker: Asker, answers: Answers, admin: str) -> Answers:
    """Send a mail to the administrator; while it does not leave, ask for the mail server again."""
    from comptoir.installation.mail import sentence
    from comptoir.notifications.smtp import Server, try_mail

    found: Answers = {}
    while True:
        now = {**answers, **found}
        tls = now["COMPTOIR_SMTP_PORT"] == "465"
        server = Server(
            host=now["COMPTOIR_SMTP_HOST"],
            port=int(now["COMPTOIR_SMTP_PORT"]),
            user=now["COMPTOIR_SMTP_USER"],
            password=now["COMPTOIR_SMTP_PASSWORD"],
            starttls=now["COMPTOIR_SMTP_TLS"] == "1" and not tls,
            tls=tls,
            sender=now["COMPTOIR_FROM"],
        )
        trouble = [step.trouble for step in try_mail(admin, by=server)][-1]
        if trouble is None:
            click.echo(_("✓ A mail has left for %(address)s.") % {"address": admin})
            return found
        told = sentence(trouble, server)
        if asker.silent:
            raise click.ClickException(told)
        click.secho(told, fg="red", err=True)
        if not says_yes(_("Enter the mail server anew?")):
            return found
        asker.insisted.update(now)
        asker.insisted.add("tls")
        asker = Asker(asker.flags, {**asker.known, **now}, asker.silent, asker.insisted)
        found = of_mail(asker, now)


def _write(asker: Asker, where: Place, answers: Answers) -> bool:
    """Write the file, once somebody has agreed to what changes; return whether it stands."""
    known = where.known
    changes = {key: value for key, value in answers.items() if known.get(key) != value}
    changes = {key: value for key, value in changes.items() if value or key in known}
    if not changes:
        click.echo(_("%(file)s stays as it is.") % {"file": where.file})
        return True
    for key, value in changes.items():
        click.echo(f"  {key}={masked(key, value)}")
    if not asker.agrees(_("Write this to %(file)s?") % {"file": where.file}):
        click.echo(_("Nothing was written."))
        return False
    text = environment.changed(where.text, where.file, changes)
    try:
        environment.write(where.file, text)
        give(where.file, where.user, whole=False)
    except OSError as error:
        raise click.ClickException(
            _("%(file)s cannot be written (%(why)s).") % {"file": where.file, "why": error.strerror}
        ) from error
    click.echo(_("✓ %(file)s is written.") % {"file": where.file})
    return True


def _make(where: Place, admin: str) -> None:
    """Make the tables and the first administrator, as the user that Comptoir runs as."""
    become(where.user)
    from django.core.management import call_command

    from comptoir.accounts.models import User

    call_command("migrate", interactive=False, verbosity=0)
    click.echo(_("✓ The tables are those of this version."))
    if User.objects.make_administrator(admin):
        click.echo(_("✓ %(address)s is the administrator.") % {"address": admin})


def _say_next(where: Place, *, again: bool) -> None:
    option = "" if where.file == environment.DEFAULT else f" --env {where.file}"
    click.echo(_("What comes next:"))
    # A process that runs has the settings that it was started with; a reload hands on the same.
    start = (
        _(
            "Restart it, else it keeps the settings it has: systemctl restart comptoir"
            " (or: end comptoir%(option)s serve, and start it again)"
        )
        if again
        else _("Start it: systemctl enable --now comptoir (or: comptoir%(option)s serve)")
    )
    steps = (
        start,
        _(
            "Have the proxy lead there (docs/operating.md), then ask what is wrong:"
            " comptoir%(option)s check --installation"
        ),
        _(
            "Bring in the shops and their people: comptoir%(option)s shops import FILE.csv, then"
            " comptoir%(option)s shops invite SHOP EMAIL --owner"
        ),
    )
    for number, step in enumerate(steps, 1):
        click.echo(f"  {number}. {step % {'option': option}}")
