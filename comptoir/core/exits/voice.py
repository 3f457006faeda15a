"""Whether this installation speaks: sends mails, calls other programs, asks other servers.

A copy (a dump that was restored, a database made from another) holds everything that the real one
holds: mails that wait, addresses to ask, programs to tell. It must not act in its name. So the
database notes which one it is when it is made; one that is no longer that one is a copy, and stays
quiet until somebody tells it to speak. `core.gate` and `core.exits.mail` ask here before
anything leaves; `docs/decisions/0031-a-copy-is-quiet.md` says what a copy is known by.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import fetch
from comptoir.core.errors import DomainError, Message
from comptoir.core.models import Installation

_ONE = 1
# The cluster, the database in it, and the table: each restore and each copy changes one of them.
_MARK = (
    "SELECT c.system_identifier || '/' || d.oid || '/' || 'core_installation'::regclass::oid"
    " FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()"
)
_TOLD = "told"
SILENT = (
    f"SELECT CASE WHEN mark = '{_TOLD}' THEN 'told' WHEN mark <> ({_MARK})"  # noqa: S608 - ours
    "  OR site.address <> '' AND i.address NOT IN ('', site.address) THEN 'copy' END"
    f" FROM core_installation i, (SELECT %s::text AS address) site WHERE id = {_ONE}"
)
"""Why nothing may leave, or null; its parameter is `public_address()`. There is no row where
nothing was ever noted: that speaks (`note_installation` writes it with the first migration)."""
_WORDS = {
    "told": _("This installation was told to be quiet: no mail and no call leaves it."),
    "copy": _("This is a copy of an installation: no mail and no call leaves it."),
}


class Quiet(DomainError):
    """Nothing leaves: this installation is a copy, or was told to be quiet."""

    def __init__(self, reason: Message) -> None:
        super().__init__("quiet", reason)


def silence() -> Message | None:
    """Return why nothing may leave, in words for the staff, or None where this speaks."""
    rows = fetch(SILENT, [public_address()])
    return _WORDS.get(rows[0][0]) if rows else None


def public_address() -> str:
    """Return the address of the site where it is a public one (https), else `""`: a command that
    knows nothing of it makes no copy."""
    return settings.BASE_URL if settings.SECURE else ""


def require() -> None:
    """Return where this installation speaks. Raises `Quiet`."""
    if reason := silence():
        raise Quiet(reason)


def note_installation(**_signal: object) -> None:
    """Note which database this is, if nothing was ever noted: it speaks (after each migration)."""
    ((known,),) = fetch("SELECT to_regclass('core_installation')")
    if known is None:  # migrated to a version of long ago
        return
    Installation.objects.get_or_create(pk=_ONE, defaults=_facts())


@transaction.atomic
def speak() -> bool:
    """Have this installation speak from now on, whatever it is a copy of; return whether it was
    quiet.

    Guard: whoever reaches the command line. Locks: the note, against those who hold something back
    at this moment (`lock_shared`). Writes: the note.
    """
    list(Installation.objects.select_for_update())
    was_quiet = silence() is not None
    Installation.objects.update_or_create(pk=_ONE, defaults=_facts())
    return was_quiet


def be_quiet() -> None:
    """Let nothing leave from now on. Writes: the note. What is being sent at this moment leaves."""
    told = {"mark": _TOLD, "noted_at": timezone.now()}
    Installation.objects.update_or_create(pk=_ONE, defaults=told)


def lock_shared() -> None:
    """Keep `speak` away until the transaction ends: what is held back by then, it finds."""
    fetch("SELECT FROM core_installation FOR SHARE")


def _facts() -> dict[str, object]:
    ((mark,),) = fetch(_MARK)
    return {"mark": mark, "address": public_address(), "noted_at": timezone.now()}
