"""Signatures, against the vector of the standard's own libraries."""

import json
from base64 import b64decode
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import fetch
from comptoir.core.errors import Conflict
from comptoir.webhooks.models import Endpoint
from comptoir.webhooks.operations import rotate_secret, secret_of
from comptoir.webhooks.signature import headers, secrets_of, sign

# The vector that the standard's reference libraries are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
REF, TIMESTAMP = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_vector_of_the_standard() -> None:
    assert sign(SECRET, ref=REF, timestamp=TIMESTAMP, body=BODY) == SIGNATURE


@pytest.mark.parametrize(
    "changed", [{"ref": "msg_other"}, {"timestamp": TIMESTAMP + 1}, {"body": BODY + b" "}]
)
def test_anything_changed_signs_otherwise(changed) -> None:
    told = {"ref": REF, "timestamp": TIMESTAMP, "body": BODY} | changed
    assert sign(SECRET, **told) != SIGNATURE


@pytest.mark.django_db
def test_a_secret_is_as_long_as_the_standard_wants_and_is_not_kept(endpoint) -> None:
    secret = secret_of(endpoint)
    assert secret.startswith("whsec_")
    assert 24 <= len(b64decode(secret.removeprefix("whsec_"))) <= 64
    rows = fetch("SELECT to_jsonb(e) FROM webhooks_endpoint e")
    assert secret.removeprefix("whsec_") not in json.dumps(rows)
    with override_settings(SECRET_KEY="of another installation"):
        assert secret_of(endpoint) != secret


@pytest.mark.django_db
def test_for_a_day_both_secrets_sign(endpoint, shop) -> None:
    before = secret_of(endpoint)
    _same, after = rotate_secret(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    endpoint = Endpoint.objects.get()
    now = timezone.now()
    assert secrets_of(endpoint, now) == [after, before]
    stamp = int(now.timestamp())
    both = [sign(secret, ref="msg_1", timestamp=stamp, body=b"{}") for secret in (after, before)]
    told = headers(endpoint, ref="msg_1", body=b"{}", at=now)
    assert told["webhook-signature"].split(" ") == both
    assert secrets_of(endpoint, now + timedelta(hours=25)) == [after]


@pytest.mark.django_db
def test_a_second_rotation_within_the_day_would_cut_off_the_secret_in_use(endpoint, shop) -> None:
    in_use = secret_of(endpoint)
    rotate_secret(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        rotate_secret(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    assert refusal.value.code == "secret_renewed"
    assert in_use in secrets_of(Endpoint.objects.get(), timezone.now())
    Endpoint.objects.update(previous_until=timezone.now())
    rotate_secret(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    assert Endpoint.objects.get().generation == 3
