"""A network's directory as a file that its coordinator sends: looked at first, then applied."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.archives.models import Draft
from comptoir.core.errors import Conflict, Invalid
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.shops.operations.imports import ImportChoices, ImportSummary, checked, import_shops
from comptoir.shops.sheet.file import open_directory

LARGEST_BYTES = 2_000_000
MOST_ROWS = 1_000
"""A network has some hundred shops; so many rows are read within one request."""
KEPT = timedelta(days=1)


@transaction.atomic
def send(*, network: Network, actor: Actor, file_name: str, content: bytes) -> Draft:
    """Keep a file to be looked at, in place of the one before; nothing else changes.

    Guard: `KEEP_DIRECTORY`. Locks: the network. Writes: the draft. Raises `NotFound`, `Forbidden`,
    `Invalid` (`file_too_large`, `too_many_rows`, and for what is no table of shops).
    """
    network = in_network(network, actor, NetworkVerb.KEEP_DIRECTORY, lock=True)
    if len(content) > LARGEST_BYTES:
        raise Invalid("file_too_large", _("The file is larger than 2 MB: send its shops alone."))
    Draft.objects.filter(network=network).delete()
    draft = Draft(network=network, file_name=Path(file_name).name[-200:], content=content)
    draft.file_name = draft.file_name.replace("\0", "") or "annuaire.csv"
    with _on_disk(draft) as path:
        rows = sum(1 for _row in checked(open_directory(path)).rows())
    if rows > MOST_ROWS:
        told = _("The file has more than %(most)d rows: send the members of the network alone.")
        raise Invalid("too_many_rows", told % {"most": MOST_ROWS})
    for name, value in acted_by(actor).items():
        setattr(draft, name, value)
    draft.save()
    return draft


def look(*, network: Network, actor: Actor) -> tuple[Draft, ImportSummary]:
    """Return a network's draft and what it would do.

    Guard: `KEEP_DIRECTORY`. Writes nothing. Raises `NotFound`, `Forbidden`, `Invalid`,
    `Conflict` (`no_such_draft`).
    """
    return _run(network, actor, dry_run=True)


def apply(*, network: Network, draft_id: int, actor: Actor) -> ImportSummary:
    """Apply a network's draft to its members (`import_shops`), and forget it: the one that was
    looked at, never another that a colleague sent in its place.

    Guard: `KEEP_DIRECTORY`. Locks and writes: what `import_shops` does; an entry of the audit.
    Deletes: the draft. Raises `NotFound`, `Forbidden`, `Invalid`, `Conflict` (`no_such_draft`,
    `other_draft`).
    """
    draft, done = _run(network, actor, dry_run=False, draft_id=draft_id)
    with transaction.atomic():
        Draft.objects.filter(pk=draft.pk).delete()
        facts = {"changed": done.changed, "kept_out": done.kept_out, "refused": done.refused}
        note(actor, "directory_imported", subject=network, network_id=network.pk, facts=facts)
    return done


@transaction.atomic
def forget(*, network: Network, draft_id: int, actor: Actor) -> None:
    """Forget a network's draft; where it is there no more, nothing is done.

    Guard: `KEEP_DIRECTORY`. Locks: the network. Deletes: the draft. Raises `NotFound`,
    `Forbidden`.
    """
    network = in_network(network, actor, NetworkVerb.KEEP_DIRECTORY, lock=True)
    Draft.objects.filter(network=network, pk=draft_id).delete()


def erase_old(*, now: datetime) -> int:
    """Delete the drafts of yesterday; return how many. Locks and deletes: them."""
    return Draft.objects.filter(sent_at__lt=now - KEPT).delete()[0]


def _run(
    network: Network, actor: Actor, *, dry_run: bool, draft_id: int | None = None
) -> tuple[Draft, ImportSummary]:
    network = in_network(network, actor, NetworkVerb.KEEP_DIRECTORY)
    draft = Draft.objects.filter(network=network).first()
    if draft is None:
        raise Conflict("no_such_draft", _("There is no such file: it was applied or forgotten."))
    if draft_id not in (None, draft.pk):
        told = _("Another file was sent meanwhile: look at it first. Nothing has changed.")
        raise Conflict("other_draft", told)
    choices = ImportChoices(dry_run=dry_run, network=network)
    with _on_disk(draft) as path:
        report = path.parent / "report.csv"
        return draft, import_shops(path=path, report=report, choices=choices, actor=actor)


@contextmanager
def _on_disk(draft: Draft) -> Iterator[Path]:
    """Give the file while a block lasts, by its own name: that tells a workbook from a table."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / draft.file_name.replace("/", "_")
        path.write_bytes(draft.content)
        yield path
