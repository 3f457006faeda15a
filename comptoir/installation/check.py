"""`comptoir check --installation`: everything that is wrong with an installation, at any time.

Each part is looked at even where another is broken: what cannot be read is told and left out.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg

from comptoir.config.variables import bad_settings, text
from comptoir.installation import folders, store, values, whereabouts
from comptoir.installation.findings import Finding, Weight, error, warning
from comptoir.installation.postgres import connect
from comptoir.installation.words import gettext as _
from comptoir.installation.words import language


def run(*, file: str | None, mail: str, proxy: bool) -> None:
    """Tell all that is found; `mail` is where a mail is really sent, `proxy` whether the public
    address is asked. Exits with 1 if there is an error."""
    whereabouts.take_environment(file)
    errors = 0
    for finding in findings(mail=mail, proxy=proxy):
        errors += finding.weight is Weight.ERROR
        click.echo(str(finding), err=finding.weight is Weight.ERROR)
    if errors:
        raise click.exceptions.Exit(1)
    click.echo(_("Nothing is wrong."))


def findings(*, mail: str = "", proxy: bool = False) -> Iterator[Finding]:
    """Yield what is wrong with the installation that this process speaks to; nothing is made."""
    for bad in list(bad_settings()):
        yield error(values.sentence(bad))
        del os.environ[bad.name]
    for told in values.unknown():
        yield warning(told)
    reached = False
    try:
        whereabouts.find_database("check")
        reached = True
    except click.ClickException as problem:
        yield error(problem.message)
        if "DATABASE_URL" not in os.environ:  # there is no installation to look at
            return
    if reached:
        with connect(os.environ["DATABASE_URL"]) as connection:
            yield from store.findings(connection)
    yield from folders.of_node(Path(text("COMPTOIR_VAR") or "var").resolve())
    if not _set_up():
        return
    yield from _of_site(mail=mail, proxy=proxy, reached=reached)


def _set_up() -> bool:
    """Set Django up, and return whether it could be: without a folder there is no key."""
    import django
    from django.utils import translation

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    try:
        django.setup()
    except OSError:
        return False
    translation.activate(language())
    return True


def _of_site(*, mail: str, proxy: bool, reached: bool) -> Iterator[Finding]:
    from django.conf import settings

    from comptoir.installation import mail as mails
    from comptoir.installation import peers, site
    from comptoir.installation import proxy as front

    if settings.DROP_FOLDER:
        yield from folders.of_tills(settings.DROP_FOLDER)
    yield from site.findings()
    if reached:
        try:
            yield from peers.findings()
        except psycopg.Error as problem:
            yield error(str(problem))
    yield from mails.findings(mail)
    if proxy or settings.SECURE:
        yield from front.findings(settings.BASE_URL, feeds=bool(settings.LIVE_URL))
