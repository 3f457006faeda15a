"""Whether mails leave: the mail server asked, and a mail really sent where an address is given."""

from collections.abc import Iterator

from comptoir.core.exits.mail import sender
from comptoir.installation.findings import Finding, error, note, warning
from comptoir.installation.words import gettext as _
from comptoir.notifications.models import Reason
from comptoir.notifications.smtp import Server, Trouble, server, try_mail

_SMTP = "django.core.mail.backends.smtp.EmailBackend"


def findings(to: str = "") -> Iterator[Finding]:
    """Yield what is wrong with the mail server: the connection, TLS, our user, our sender, and the
    mail to an address if one is given. Without one nothing is sent."""
    if sender() != _SMTP:
        told = _("Mails go by %(name)s, not by a mail server.")
        yield warning(told % {"name": sender()})
        return
    where, last = server(), ""
    for step in try_mail(to):
        if step.trouble:
            yield error(sentence(step.trouble, where))
            return
        last = step.said
    yield note(
        _("The mail server %(host)s, port %(port)d takes our mails: %(last)s.")
        % {"host": where.host, "port": where.port, "last": last}
    )


def sentence(trouble: Trouble, where: Server) -> str:
    """Return what the mail server refuses, what it said, and which setting mends it."""
    cure = {
        Reason.UNREACHABLE: _(
            "it cannot be reached: check COMPTOIR_SMTP_HOST and COMPTOIR_SMTP_PORT"
        ),
        Reason.TLS: _(
            "it does not agree on TLS: COMPTOIR_SMTP_TLS=1 is for STARTTLS (port 587), port 465 is"
            " encrypted from the start, and its certificate must be trusted"
        ),
        Reason.SIGN_IN: _(
            "it refuses our user or password: check COMPTOIR_SMTP_USER and COMPTOIR_SMTP_PASSWORD,"
            " and COMPTOIR_SMTP_TLS=1, without which many take no password"
        ),
        Reason.SENDER: _(
            "it does not let us send in this name: check COMPTOIR_FROM, which must be an address"
            " that our user may send for"
        ),
        Reason.LATER: _("it takes no mail just now: try again in some minutes"),
        Reason.MAILBOX: _("it knows no such mailbox: check the address"),
    }.get(trouble.reason, _("it refuses the mail"))
    return _("The mail server %(host)s, port %(port)d: %(cure)s. It said: “%(said)s”.") % {
        "host": where.host,
        "port": where.port,
        "cure": cure,
        "said": trouble.said,
    }
