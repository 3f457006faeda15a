"""The link to what is kept of a person, as its mail has it."""

from comptoir.notifications.models import Message
from comptoir.site.rights.links import send, word_of


def rights_word(email: str) -> str:
    """Have a link sent to an address, and return its word."""
    send(email, "fr")
    mail = Message.objects.filter(template="rights_link", to=email).latest("pk")
    return word_of(mail.context["nonce"])
