"""The commands by which a shop leaves with its things, and moves in with them."""

from contextlib import ExitStack
from pathlib import Path

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from comptoir.accounts.actors import SYSTEM
from comptoir.archives import operations
from comptoir.archives.chest import Folder, Found
from comptoir.core.console import refusals
from comptoir.orders.commands import shops
from comptoir.shops.reads import named_shop

__all__ = ["shops"]


@shops.command()
@click.argument("shop")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(shop: str, folder: Path) -> None:
    """Write all that is SHOP's (its slug or SIRET) into a new FOLDER: page, stock and its history,
    orders, events, people, as CSV and JSON (docs/export.md)."""
    with refusals(), ExitStack() as stack:
        found = named_shop(shop, actor=SYSTEM)
        console = Console(stderr=True)
        tell = None
        if console.is_terminal:
            status = stack.enter_context(console.status(""))
            tell = lambda done, total: status.update(f"{done} / {total}")  # noqa: E731
        manifest = operations.export_shop(
            shop=found, chest=Folder(folder), actor=SYSTEM, progress=tell
        )
    click.echo(
        _("All that is %(shop)s's is in %(folder)s.") % {"shop": found.name, "folder": folder}
    )
    rows = sum(each.rows or 0 for each in manifest.files)
    told = ngettext("%(rows)d row in %(files)d files.", "%(rows)d rows in %(files)d files.", rows)
    click.echo(told % {"rows": rows, "files": len(manifest.files)})
    click.echo(_("It holds names and addresses of readers whose orders are open: keep it safe."))


@shops.command(name="move-in")
@click.argument("export", type=click.Path(exists=True, path_type=Path))
@click.option("--slug", default="", help="Its word in addresses, where the export's is taken.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def move_in(export: Path, slug: str, dry_run: bool) -> None:
    """Take a shop in by the EXPORT (a folder, or its ZIP) of another installation, whole or not at
    all. It stays hidden until `comptoir shops pause SHOP --resume`."""
    with refusals():
        done = operations.move_in(found=Found(export), actor=SYSTEM, slug=slug, dry_run=dry_run)
    if done.was_here:
        click.echo(_("%s came by this export before: nothing was done.") % done.shop.name)
        return
    for name, count in done.rows.items():
        if count:
            click.echo(f"  {name}: {count}")
    for remark in done.remarks:
        click.echo(str(remark), err=True)
    if dry_run:
        click.echo(_("This was a trial: nothing was written."))
        return
    told = _(
        "%(shop)s has moved in, hidden: look at it, then `comptoir shops pause %(slug)s --resume`."
    )
    click.echo(told % {"shop": done.shop.name, "slug": done.shop.slug})
    click.echo(_("Links in mails of its open orders lead to the old address: tell their readers."))
