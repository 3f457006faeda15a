"""The command line of the directory: its shops, their people, and the networks they belong to."""

from comptoir.shops.commands.directory import shops
from comptoir.shops.commands.lists import list_
from comptoir.shops.commands.lookups import COMMANDS as LOOKUPS
from comptoir.shops.commands.networks import networks
from comptoir.shops.commands.people import COMMANDS as PEOPLE
from comptoir.shops.commands.requests import requests

__all__ = ["networks", "shops"]

for command in (list_, *PEOPLE, *LOOKUPS, requests):
    shops.add_command(command)
