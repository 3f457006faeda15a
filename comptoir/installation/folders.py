"""The folders of a node: its own, and the one that tills drop files into."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from comptoir.installation.findings import Finding, error, note, warning
from comptoir.installation.store import megabytes
from comptoir.installation.words import gettext as _

FULL_BYTES = 200_000_000
SCARCE_BYTES = 1_000_000_000


def of_node(var: Path) -> Iterator[Finding]:
    """Yield what is wrong with the folder of this node, which need not be there yet."""
    there = next(each for each in (var, *var.parents) if each.exists())
    try:
        tempfile.TemporaryFile(dir=there).close()
    except OSError as problem:
        yield error(
            _(
                "The folder of this node, %(var)s (COMPTOIR_VAR), cannot be written to (%(why)s):"
                " make it, and give it to the user that Comptoir runs as (chown)."
            )
            % {"var": var, "why": problem.strerror}
        )
        return
    free = shutil.disk_usage(there).free
    values = {"var": var, "free": megabytes(free)}
    if free < FULL_BYTES:
        yield error(_("The disk under %(var)s is full: %(free)s are left. Make room.") % values)
    elif free < SCARCE_BYTES:
        yield warning(_("The disk under %(var)s is nearly full: %(free)s are left.") % values)
    else:
        yield note(_("The disk under %(var)s has %(free)s left.") % values)


def of_tills(drop: Path) -> Iterator[Finding]:
    """Yield what is wrong with the drop folder. For a process in which Django is set up."""
    from comptoir.stock.arrivals.drop import trouble_with

    for path, why in trouble_with(drop):
        yield error(
            _(
                "The drop folder %(path)s cannot be used (%(why)s): make it, and let the user that"
                " Comptoir runs as read and write there. No till's file is taken from it meanwhile."
            )
            % {"path": path, "why": why}
        )
