"""The command line of webhooks."""

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.processes import until_told_to_stop
from comptoir.shops.reads import named_shop
from comptoir.webhooks import operations
from comptoir.webhooks.models import Endpoint
from comptoir.webhooks.reads import deliveries_of, state_of

_SHOP = click.argument("shop")
_ENDPOINT = click.argument("endpoint", type=int)


@click.group()
def webhooks() -> None:
    """Tell other programs of stock and orders; see what was told, send it again."""


@webhooks.command(name="list")
@_SHOP
def list_(shop: str) -> None:
    """List the webhooks of SHOP (its slug or SIRET): number, state, address, events."""
    with refusals():
        found = Endpoint.objects.filter(shop=named_shop(shop, actor=SYSTEM)).order_by("pk")
    for each in found:
        click.echo(f"{each.pk}\t{state_of(each)}\t{each.address}\t{','.join(each.events)}")


@webhooks.command()
@_SHOP
@click.argument("url")
@click.option("--event", "events", multiple=True, help="Such as stock.changed; all without it.")
def add(shop: str, url: str, events: tuple[str, ...]) -> None:
    """Have URL told of what happens at SHOP; print its number and its secret, this once."""
    with refusals():
        endpoint, secret = operations.add_endpoint(
            shop=named_shop(shop, actor=SYSTEM), url=url, events=events, actor=SYSTEM
        )
    click.echo(f"{endpoint.pk}\t{secret}")


@webhooks.command()
@_SHOP
@_ENDPOINT
def rotate(shop: str, endpoint: int) -> None:
    """Give a webhook a new secret and print it; the one before signs too for a day."""
    with refusals():
        _endpoint, secret = operations.rotate_secret(
            shop=named_shop(shop, actor=SYSTEM), endpoint_id=endpoint, actor=SYSTEM
        )
    click.echo(secret)


@webhooks.command()
@_SHOP
@_ENDPOINT
@click.option("--resume", is_flag=True, help="Tell it again, all that waits included.")
def pause(shop: str, endpoint: int, resume: bool) -> None:
    """Send a webhook nothing for now; what happens meanwhile waits."""
    verb = operations.resume_endpoint if resume else operations.pause_endpoint
    with refusals():
        verb(shop=named_shop(shop, actor=SYSTEM), endpoint_id=endpoint, actor=SYSTEM)


@webhooks.command()
@_SHOP
@_ENDPOINT
def remove(shop: str, endpoint: int) -> None:
    """Forget a webhook, with its log."""
    with refusals():
        operations.remove_endpoint(
            shop=named_shop(shop, actor=SYSTEM), endpoint_id=endpoint, actor=SYSTEM
        )


@webhooks.command()
@_SHOP
@_ENDPOINT
def test(shop: str, endpoint: int) -> None:
    """Send a webhook a message that tells nothing; print its number in the log."""
    with refusals():
        delivery = operations.send_test(
            shop=named_shop(shop, actor=SYSTEM), endpoint_id=endpoint, actor=SYSTEM
        )
    click.echo(str(delivery.pk))


@webhooks.command()
@_SHOP
@_ENDPOINT
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
def log(shop: str, endpoint: int, limit: int) -> None:
    """Show what a webhook was told, newest first: number, event, state, tries, last answer."""
    with refusals():
        found = deliveries_of(named_shop(shop, actor=SYSTEM), endpoint)
    for each in found[:limit]:
        attempts = list(each.attempts.all())
        last = attempts[-1] if attempts else None
        said = f"{last.status or '–'} {last.note}" if last else ""
        message = each.message
        when = f"{message.created_at:%Y-%m-%d %H:%M:%S}"
        words = (str(each.pk), when, message.event, each.status, str(len(attempts)), said)
        click.echo("\t".join(words))


@webhooks.command()
@_SHOP
@click.argument("delivery", type=int, required=False)
@click.option("--failed", "endpoint", type=int, help="All that this webhook never received.")
def replay(shop: str, delivery: int | None, endpoint: int | None) -> None:
    """Send a message again, by its number in the log, or all that were given up."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        if endpoint is not None:
            count = operations.replay_failed(shop=found, endpoint_id=endpoint, actor=SYSTEM)
            said = ngettext(
                "%(n)s message will be sent again.", "%(n)s messages will be sent again.", count
            )
            click.echo(said % {"n": count})
        elif delivery is not None:
            operations.replay(shop=found, delivery_id=delivery, actor=SYSTEM)
        else:
            raise click.UsageError(_("Name a message of the log, or --failed and a webhook."))


@webhooks.command()
def run() -> None:
    """Tell whoever wants to be told, until stopped; `comptoir serve` starts it."""
    from comptoir.webhooks import worker

    worker.run(until_told_to_stop())
