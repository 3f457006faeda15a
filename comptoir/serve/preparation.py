"""What must be so before serving: migrated, static files gathered; each checked cheaply first."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from comptoir import __version__
from comptoir.agent.package import write_zipapp
from comptoir.config.health import is_migrated

QUIET = (
    "Quiet: a copy of an installation, or told to be. No mail and no call leaves it until"
    " “comptoir speak”."
)
NEWER = "A newer version has migrated this database. This one serves it; upgrade it soon."
_STAMP = ".comptoir"


def migrate_if_needed() -> bool:
    """Bring the database to this version; return whether anything had to be done."""
    if is_migrated():
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def collect_static_if_changed() -> bool:
    """Gather and compress the static files when any of them changed; return whether one had.

    What was gathered is known by the names, sizes and times of the sources. Files of the version
    before stay: its pages, and its processes while they are replaced, still name them.
    """
    stamp = Path(settings.STATIC_ROOT) / _STAMP
    now = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == now:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    stamp.write_text(now, encoding="utf-8")
    return True


def write_agent_if_changed() -> None:
    """Write the agent's zip file, which the counter hands out, unless it is of this version."""
    folder = Path(settings.AGENT_FILES)
    stamp = folder / _STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == __version__:
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_zipapp(folder / "comptoir-agent.pyz")
    stamp.write_text(__version__, encoding="utf-8")


def _fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
