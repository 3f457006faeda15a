"""What `comptoir setup` has to know, where each answer comes from, and how it is asked.

An answer is that of a flag, else of the environment file that is there, else of whoever is asked,
with a default; so running it again shows what is and changes what one changes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import click
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from comptoir.config.variables import BadSetting, check_value
from comptoir.core import console
from comptoir.installation.values import sentence
from comptoir.installation.words import gettext as _

Answers = dict[str, str]
Check = Callable[[str], str | None]
TLS = ("none", "starttls", "tls")
_SECRETS = frozenset({"DATABASE_URL", "COMPTOIR_SMTP_PASSWORD", "COMPTOIR_SECRET_KEY"})


@dataclass(frozen=True, slots=True)
class Asker:
    """Whom is asked: flags first, then, unless `silent` (`--yes`), somebody at the terminal."""

    flags: Mapping[str, str | None]
    known: Mapping[str, str]
    silent: bool
    insisted: set[str] = field(default_factory=set)

    def answer(self, key: str, text: str, default: str, check: Check | None = None) -> str:
        """Return the answer to one question, right by the settings' table and by `check`.

        Asks again while it is wrong. Raises `click.ClickException` where nobody can be asked.
        """
        given = None if key in self.insisted else self.flags.get(key)
        value = given if given is not None else self.known.get(key, default)
        ask = given is None and not self.silent
        while True:
            if ask:
                value = self._prompt(key, text, value)
            wrong = _wrong(key, value, check)
            if wrong is None:
                return value.strip()
            if self.silent:
                raise click.ClickException(wrong)
            click.secho(wrong, fg="red", err=True)
            ask = True

    def agrees(self, text: str) -> bool:
        """Return whether somebody says yes; with `--yes`, it was said."""
        return self.silent or says_yes(text)

    def _prompt(self, key: str, text: str, value: str) -> str:
        hidden = key == "COMPTOIR_SMTP_PASSWORD"
        shown = masked(key, value)
        told = f"{text} [{shown}]" if shown else text
        return str(
            click.prompt(told, default=value, show_default=False, hide_input=hidden, type=str)
        )


def says_yes(text: str) -> bool:
    """Return whether somebody at the terminal agrees, in either language; yes where they only
    press Enter."""
    return console.says_yes(text, choice=_("[Y/n]"), usual=True)


def masked(key: str, value: str) -> str:
    """Return a value as a screen may show it."""
    if key not in _SECRETS or not value:
        return value
    if key == "DATABASE_URL":
        if not _password(value):
            return value
        shown = re.sub(r"(://[^:/@]*:).*@", r"\1…@", value)
        # It may stand elsewhere: `host=… password=…`, `postgresql://host/name?password=…`.
        if shown != value and "password" not in shown.lower():
            return shown
    return "…"


def of_site(asker: Asker) -> Answers:
    """Ask for the network and its address."""
    name = asker.answer("COMPTOIR_NAME", _("What is the network called?"), "Comptoir", _some)
    url = asker.answer(
        "COMPTOIR_BASE_URL",
        _("Its public address, with https:// (readers and shops type it)"),
        "https://comptoir.example",
        _no_example,
    ).rstrip("/")
    secure = url.startswith("https://")
    proxies = asker.answer(
        "COMPTOIR_PROXIES",
        _("How many proxies stand between readers and Comptoir?"),
        "1" if secure else "0",
    )
    host = urlsplit(url).hostname or ""
    hosts = [each.strip() for each in asker.known.get("COMPTOIR_HOSTS", "").split(",")]
    answers = {"COMPTOIR_NAME": name, "COMPTOIR_BASE_URL": url, "COMPTOIR_PROXIES": proxies}
    if host not in hosts:
        answers["COMPTOIR_HOSTS"] = ",".join([*filter(None, hosts), host])
    if secure and "COMPTOIR_LIVE_PORT" not in asker.known:
        # A proxy leads to it, so it is not to change with what else runs here.
        answers["COMPTOIR_LIVE_PORT"] = str(int(asker.known.get("PORT") or 8000) + 1)
    return answers


def of_mail(asker: Asker, site: Answers) -> Answers:
    """Ask for the mail server and the sender."""
    host = asker.answer("COMPTOIR_SMTP_HOST", _("The mail server"), "localhost", _some)
    known = asker.known.get("COMPTOIR_SMTP_PORT", "")
    usual = "25" if host in ("localhost", "127.0.0.1") else "587"
    tls = asker.answer(
        "tls",
        _("How is it encrypted? none, starttls (port 587) or tls (port 465)"),
        _tls_of(asker.known, "none" if usual == "25" else "starttls"),
        lambda value: None if value in TLS else _("Write none, starttls or tls."),
    )
    port = asker.answer(
        "COMPTOIR_SMTP_PORT", _("Its port"), known or ("465" if tls == "tls" else usual)
    )
    user = asker.answer("COMPTOIR_SMTP_USER", _("The user there (empty: none)"), "")
    password = ""
    if user:
        password = asker.answer("COMPTOIR_SMTP_PASSWORD", _("The password of that user"), "")
    domain = urlsplit(site["COMPTOIR_BASE_URL"]).hostname
    name = re.sub(r'[",;:<>@\\()\[\]]', " ", site["COMPTOIR_NAME"]).strip()
    sender = asker.answer(
        "COMPTOIR_FROM", _("The sender of every mail"), f"{name} <comptoir@{domain}>"
    )
    if _mailbox(sender) is None:
        # A bare address: mails come from the network all the same, by its name.
        sender = f"{name} <{sender}>"
    if tls == "tls" and port != "465":
        raise click.ClickException(
            _("Encrypted from the start is port 465 alone: write starttls, or port 465.")
        )
    return {
        "COMPTOIR_SMTP_HOST": host,
        "COMPTOIR_SMTP_PORT": port,
        "COMPTOIR_SMTP_USER": user,
        "COMPTOIR_SMTP_PASSWORD": password,
        "COMPTOIR_SMTP_TLS": "0" if tls == "none" else "1",
        "COMPTOIR_FROM": sender,
    }


def of_publisher(asker: Asker, site: Answers) -> Answers:
    """Ask whose site it is; the legal notice says it. A site that is not public need not say."""
    if not site["COMPTOIR_BASE_URL"].startswith("https://"):
        return {}
    asked = (
        ("COMPTOIR_PUBLISHER", _("Who publishes the site? (name, legal form, address, SIREN)")),
        ("COMPTOIR_DIRECTOR", _("Who is responsible for what is published? (a person's name)")),
        ("COMPTOIR_CONTACT", _("The e-mail address that readers write to")),
        ("COMPTOIR_HOSTED_BY", _("Who hosts it? (name, address, telephone)")),
    )
    return {key: asker.answer(key, told, "") for key, told in asked}


def administrator(asker: Asker) -> str:
    """Ask for the address of the first administrator."""
    return asker.answer(
        "administrator",
        _("The administrator's e-mail address (a code sent there signs them in)"),
        asker.known.get("COMPTOIR_NETWORK_EMAIL", ""),
        _mailbox,
    )


def _wrong(key: str, value: str, check: Check | None) -> str | None:
    try:
        check_value(key, value)
    except BadSetting as bad:
        return sentence(bad)
    if any(not char.isprintable() and char != "\u00a0" for char in value):
        return _("This has a sign that cannot be printed: type it anew.")
    return check(value.strip()) if check else None


def _tls_of(known: Mapping[str, str], usual: str) -> str:
    if known.get("COMPTOIR_SMTP_PORT") == "465":
        return "tls"
    if "COMPTOIR_SMTP_TLS" in known:
        return "starttls" if known["COMPTOIR_SMTP_TLS"] not in ("", "0") else "none"
    return usual


def _some(value: str) -> str | None:
    return None if value else _("This cannot be empty.")


def _no_example(value: str) -> str | None:
    if not value:
        return _("This cannot be empty.")
    return _("comptoir.example is only an example.") if "//comptoir.example" in value else None


def _mailbox(value: str) -> str | None:
    if re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value):
        return None
    return _("“%(value)s” is no e-mail address (--administrator).") % {"value": value}


def _password(url: str) -> bool:
    try:
        return bool(conninfo_to_dict(url).get("password"))
    except ProgrammingError:
        return True
