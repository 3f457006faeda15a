"""`comptoir demo`: load the demonstration region, at any scale, and make its tills work."""

import click
from rich.progress import Progress, TaskID

from comptoir.core.processes import until_told_to_stop
from comptoir.demo import data, scale
from comptoir.demo import tills as simulated
from comptoir.demo.people import COORDINATION, MANAGER, TWO_SHOPS, load_shops, logins, token
from comptoir.demo.region import SHOPS
from comptoir.search import builder


@click.group(invoke_without_command=True)
@click.option("--products", type=click.IntRange(1_000, 10_000_000), help="How many in all.")
@click.option("--offers", type=click.IntRange(1), help="How many in all.")
@click.option("--shops", type=click.IntRange(1, 9_999), help="How many in all.")
@click.pass_context
def demo(ctx: click.Context, products: int | None, offers: int | None, shops: int | None) -> None:
    """Load the demonstration region; what is there already stays as it is."""
    if ctx.invoked_subcommand is not None:
        return
    load_and_show(products, offers, shops)
    show_logins()


@demo.command()
def tills() -> None:
    """Sell and receive in the demonstration's shops until interrupted."""
    simulated.run(until_told_to_stop())


def load_and_show(
    products: int | None = None, offers: int | None = None, shops: int | None = None
) -> None:
    """Load the region, and more of everything where asked, showing progress and a summary."""
    with Progress() as bars:
        loaded = data.load_region(_reporter(bars))
        if products or offers or shops:
            loaded = scale.load(
                products=products or data.PRODUCTS,
                offers=offers or data.OFFERS,
                shops=shops or max(SHOPS, 250),
                progress=_reporter(bars),
            )
            scale.analyze()
            report = _reporter(bars)
            builder.rebuild(lambda done, total: report("search index", done, total))
    click.echo(f"{loaded.shops} shops, {loaded.products} products, {loaded.offers} offers.")


def show_logins() -> None:
    """Print who may sign in to the demonstration, and the API token of its first shop."""
    shops = load_shops(SHOPS)
    click.echo("Sign in at /comptoir/: one touch enters as anybody of the demonstration,")
    click.echo(f"for example {logins(shops)[0].email}, {TWO_SHOPS} (two shops),")
    click.echo(f"{MANAGER} (owner), {COORDINATION} (the office of a network).")
    click.echo("Codes and all other mails are at /demo/mails.")
    click.echo(f"API token of {shops[0].name} (SIRET {shops[0].siret}): {token(shops[0])}")


def _reporter(bars: Progress) -> scale.Progress:
    tasks: dict[str, TaskID] = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total)
        bars.update(tasks[what], completed=done)

    return report
