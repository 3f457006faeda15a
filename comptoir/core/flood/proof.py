"""A proof of work: what a browser reckons for a second or two, and a flood cannot reckon for
thousands. No third party, no puzzle, nothing to read or to click.

The challenges are ALTCHA's (version 2, https://altcha.org): a key is derived from a random text and
a counter by PBKDF2, and the right counter is one of `MOST`, so that the work has an end: at the
most `MOST × ROUNDS` rounds of SHA-256, two to three seconds where a phone of ten years ago does
150,000 a second. Each challenge is signed, is of one form, holds for `LIFETIME` seconds and counts
once.
"""

import json
import secrets
from base64 import b64decode
from time import time
from typing import Any

import altcha
from django.conf import settings

from comptoir.core.flood.gauge import Form
from comptoir.core.limits import Limit, keyed_hash, tally

ALGORITHM = "PBKDF2/SHA-256"
ROUNDS, MOST = 2000, 200
LIFETIME = 600
LONGEST = 4096
"""Signs of an answer that is looked at."""
_ONCE = Limit("proof", 1, LIFETIME)


def challenge(form: Form, now: float | None = None) -> dict[str, Any]:
    """Return a challenge, as JSON takes it: it is given to whoever would send that form."""
    made = altcha.create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=secrets.randbelow(MOST),
        expires_at=int((time() if now is None else now) + LIFETIME),
        data={"form": str(form)},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("key"),
    )
    told: dict[str, Any] = made.to_dict()
    return told


def is_proof(form: Form, answer: str) -> bool:
    """Whether an answer (ALTCHA's: JSON in base 64) proves the work for this form, for the first
    time. Counts it as used."""
    if not answer or len(answer) > LONGEST:
        return False
    try:
        found = altcha.verify_solution(answer, _secret("challenge"), hmac_key_secret=_secret("key"))
    except Exception:  # whatever anybody may have sent is no proof
        return False
    if not found.verified:
        return False
    asked = json.loads(b64decode(answer))["challenge"]["parameters"]
    if asked["data"] != {"form": str(form)}:
        return False
    nonce = str(asked["nonce"])
    spent = tally({(_ONCE, nonce): 1}).get((_ONCE, nonce))
    return spent is None or spent.count == 1


def _secret(what: str) -> bytes:
    return keyed_hash("comptoir.core.flood", what, settings.SECRET_KEY)
