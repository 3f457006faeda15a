"""The user of the system that an installation runs as, where root sets it up."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from comptoir.installation.words import gettext as _

USUAL = "comptoir"


def service_user(name: str | None) -> pwd.struct_passwd | None:
    """Return the user that Comptoir will run as; None where this process is not root's, or where
    nobody named one and there is no user `comptoir`. Raises `click.ClickException` for a name that
    this system does not know."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(name or USUAL)
    except KeyError:
        if name is None:
            return None
        raise click.ClickException(
            _("This system has no user “%(name)s”: make it (adduser --system --group %(name)s).")
            % {"name": name}
        ) from None


@contextmanager
def acting_as(user: pwd.struct_passwd | None) -> Iterator[None]:
    """Act as this user while the block lasts: PostgreSQL asks the system who connects."""
    if user is None:
        yield
        return
    os.setegid(user.pw_gid)
    os.seteuid(user.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def become(user: pwd.struct_passwd | None) -> None:
    """Be this user from now on, so that nothing is made that only root may read."""
    if user is not None:
        os.initgroups(user.pw_name, user.pw_gid)
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)


def give(path: Path, user: pwd.struct_passwd | None, *, whole: bool) -> None:
    """Let this user read a file of root's by its group, or own a folder (`whole`)."""
    if user is None:
        return
    if whole:
        os.chown(path, user.pw_uid, user.pw_gid)
    else:
        os.chown(path, 0, user.pw_gid)
        path.chmod(0o640)
