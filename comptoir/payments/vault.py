"""What providers gave a shop, encrypted: the key is in the environment, never in the database.

`COMPTOIR_PAYMENTS_KEY` holds one or more keys, parted by commas: the first encrypts, all decrypt;
so a key is changed by putting the new one first, `comptoir payments rotate`, and taking the old one
out. Without the setting a key is derived from `COMPTOIR_SECRET_KEY`. Each is any text of 32
characters or more; Fernet (AES-128-CBC and HMAC-SHA256) uses what HKDF makes of it.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from comptoir.payments.errors import NoKey


def seal(secrets: Mapping[str, str], *, of: str) -> str:
    """Return secrets encrypted for the account whose token is `of`: no other row can use them."""
    return _box().encrypt(json.dumps({"of": of, **secrets}).encode()).decode()


def unseal(sealed: str, *, of: str) -> dict[str, str]:
    """Return the secrets of an account. Raises `NoKey` where no key here opens them."""
    try:
        found = json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken:
        raise NoKey from None
    if found.pop("of", None) != of:
        raise NoKey
    return {str(name): str(value) for name, value in found.items()}


def reseal(sealed: str) -> str:
    """Return the same encrypted by the first key. Raises `NoKey`."""
    try:
        return _box().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise NoKey from None


def _box() -> MultiFernet:
    return _box_of(settings.PAYMENTS_KEYS or (settings.SECRET_KEY,))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_stretched(key))) for key in keys])


def _stretched(key: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"comptoir.payments").derive(key.encode())
