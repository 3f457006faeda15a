"""Commands of mails: whether they leave, which have not, and sending them again."""

import click
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.core.console import refusals
from comptoir.core.exits.mail import sender
from comptoir.notifications import reads
from comptoir.notifications.models import Message, MessageStatus
from comptoir.notifications.operations import send_again
from comptoir.notifications.smtp import try_mail

SHOWN = 200
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@click.group()
def mail() -> None:
    """See whether mails leave, list those that have not, send them again."""


@mail.command("test")
@click.argument("address")
def test(address: str) -> None:
    """Send a short mail to ADDRESS now, and tell each step; status 1 if it did not leave."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise click.BadParameter(
            _("“%(address)s” is no e-mail address.") % {"address": address}
        ) from error
    if sender() != SMTP:
        told = _("This installation does not send by a mail server, but by %(name)s.")
        raise click.ClickException(told % {"name": sender()})
    failed = False
    for step in try_mail(address):
        failed = step.trouble is not None
        click.echo(f"{'✗' if failed else '✓'} {step.said}")
    if failed:
        raise click.exceptions.Exit(1)


@mail.command("failed")
def failed() -> None:
    """List the mails that have not left: number, since when, to whom, which mail, why."""
    found = list(reads.in_trouble()[:SHOWN])
    for message in found:
        click.echo("  ".join(_words(message)))
    if not found:
        click.echo(_("Every mail has left, or is about to."))


@mail.command("retry")
@click.argument("numbers", nargs=-1, type=int, metavar="[NUMBER]…")
@click.option("--all", "everything", is_flag=True, help="All that failed.")
def retry(numbers: tuple[int, ...], everything: bool) -> None:
    """Send again the mails with these numbers (`comptoir mail failed` tells them), or all."""
    if everything == bool(numbers):
        raise click.UsageError(_("Name the mails by their numbers, or say --all."))
    with refusals():
        count = send_again(message_ids=None if everything else numbers)
    told = ngettext("%(n)d mail is sent again.", "%(n)d mails are sent again.", count)
    click.echo(told % {"n": count})


def _words(message: Message) -> list[str]:
    since = timezone.localtime(message.failing_since or message.created_at)
    why = str(message.get_reason_display()) or _("reason not known")
    detail = reads.said(message)
    if message.status == MessageStatus.QUEUED:
        why = _("%(why)s; tried again") % {"why": why}
    return [
        str(message.pk),
        date_format(since, "Y-m-d H:i"),
        reads.masked(message.to),
        message.template,
        f"{why} ({detail})" if detail else why,
    ]
