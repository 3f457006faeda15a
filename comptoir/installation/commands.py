"""`comptoir setup`, as one types it."""

import click

from comptoir.installation import questions
from comptoir.installation.questions import Asker
from comptoir.installation.setup import place
from comptoir.installation.setup import run as set_up
from comptoir.installation.users import service_user

_FLAGS = {
    "database": "DATABASE_URL",
    "folder": "COMPTOIR_VAR",
    "name": "COMPTOIR_NAME",
    "url": "COMPTOIR_BASE_URL",
    "proxies": "COMPTOIR_PROXIES",
    "mail_host": "COMPTOIR_SMTP_HOST",
    "mail_port": "COMPTOIR_SMTP_PORT",
    "mail_tls": "tls",
    "mail_user": "COMPTOIR_SMTP_USER",
    "mail_password": "COMPTOIR_SMTP_PASSWORD",
    "sender": "COMPTOIR_FROM",
    "publisher": "COMPTOIR_PUBLISHER",
    "director": "COMPTOIR_DIRECTOR",
    "contact": "COMPTOIR_CONTACT",
    "hosted_by": "COMPTOIR_HOSTED_BY",
    "administrator": "administrator",
}
"""The setting, or the question, that each flag answers."""


@click.command()
@click.option("--database", metavar="URL", help="postgresql://user:password@host/name")
@click.option("--folder", metavar="PATH", help="The folder of this node's data.")
@click.option("--name", metavar="NAME", help="What the network is called.")
@click.option("--url", metavar="URL", help="The public address, with https://.")
@click.option("--proxies", metavar="NUMBER", help="How many proxies stand in front.")
@click.option("--mail-host", metavar="HOST", help="The mail server.")
@click.option("--mail-port", metavar="PORT", help="Its port.")
@click.option("--mail-tls", type=click.Choice(questions.TLS), help="How it is encrypted.")
@click.option("--mail-user", metavar="USER", help="The user there.")
@click.option(
    "--mail-password",
    metavar="PASSWORD",
    envvar="COMPTOIR_SMTP_PASSWORD",
    help="Better in COMPTOIR_SMTP_PASSWORD, where no list of processes shows it.",
)
@click.option("--sender", metavar="ADDRESS", help="The sender of every mail.")
@click.option("--publisher", metavar="TEXT", help="Who publishes the site.")
@click.option("--director", metavar="NAME", help="Who is responsible for what is published.")
@click.option("--contact", metavar="EMAIL", help="The address that readers write to.")
@click.option("--hosted-by", metavar="TEXT", help="Who hosts it.")
@click.option("--administrator", metavar="EMAIL", help="The first administrator.")
@click.option("--user", metavar="USER", help="The system's user that Comptoir runs as (for root).")
@click.option("--no-mail", is_flag=True, help="Send no mail to the administrator as a trial.")
@click.option("--yes", is_flag=True, help="Ask nothing: flags, the file, and defaults answer.")
@click.pass_context
def setup(
    ctx: click.Context, user: str | None, no_mail: bool, yes: bool, **flags: str | None
) -> None:
    """Set an installation up: ask, check each answer, write the environment file.

    The file is that of `comptoir --env FILE setup`, else /etc/comptoir/comptoir.env. Run again, it
    shows what is and changes what you change. Exits with 1 when something cannot work; then nothing
    was written.
    """
    where = place(ctx.find_root().params.get("env"), service_user(user))
    answered = {_FLAGS[name]: value for name, value in flags.items()}
    set_up(Asker(answered, where.known, yes), where, try_mail=not no_mail)
