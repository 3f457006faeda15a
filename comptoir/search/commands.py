"""`comptoir search …`"""

from pathlib import Path

import click

from comptoir.core.processes import until_told_to_stop
from comptoir.search import builder, follower
from comptoir.search.query import IndexMissing, SearchRequest
from comptoir.search.query import search as find
from comptoir.shops.places import find_place


@click.group()
def search() -> None:
    """Search, rebuild the index, follow changes."""


@search.command()
def rebuild() -> None:
    """Build this node's index anew beside the one in use, then put it in use."""
    with click.progressbar(length=1, label="Indexing") as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        count = builder.rebuild(progress)
    click.echo(f"{count} products can be found.")


@search.command(hidden=True)
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("after", type=int)
@click.argument("last", type=int)
def part(folder: Path, after: int, last: int) -> None:
    """Build an index of a range of products in a folder, for the one who builds the whole."""
    click.echo(builder.fill_part(folder, after, last))


@search.command()
def follow() -> None:
    """Keep this node's index fresh until interrupted."""
    follower.run(until_told_to_stop())


@search.command()
@click.argument("text")
@click.option("--near", help="A town or a postcode.")
@click.option("--radius-km", type=click.FloatRange(min=0), help="With --near: the shops shown.")
@click.option("--in-stock", is_flag=True, help="Only what a shop has now.")
@click.option("--limit", type=click.IntRange(1, 50), default=10, show_default=True)
def query(text: str, near: str | None, radius_km: float | None, in_stock: bool, limit: int) -> None:
    """Show what a reader would find."""
    place = find_place(near) if near else None
    if near and place is None:
        raise click.BadParameter(f"no place is called “{near}”", param_hint="--near")
    point = place.point if place else None
    request = SearchRequest(text, near=point, radius_km=radius_km, in_stock=in_stock, limit=limit)
    try:
        page = find(request)
    except IndexMissing as error:
        raise click.ClickException(f"{error}: run `comptoir search rebuild`") from error
    for hit in page.hits:
        click.echo(f"{hit.product.ref}  {hit.product.title}  {hit.product.byline}")
        for offer in hit.nearest.offers[:3]:
            away = f"{offer.metres / 1000:.1f} km  " if offer.metres is not None else ""
            click.echo(f"    {away}{offer.shop.name}: {offer.available}")
    click.echo(f"{page.total} found.")
