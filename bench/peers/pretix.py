"""pretix: a ticket of one event, ordered by its API."""

import json
from collections.abc import Mapping

from bench import load
from bench.peers.peer import HOST, KEPT, Peer

_CONFIGURATION = """
[pretix]
instance_name=bench
url=http://{host}:{port}
datadir={folder}
[database]
backend=postgresql
name=pretix
user=postgres
host={database}
[mail]
from=bench@example.org
host={host}
port={mail}
[django]
secret=bench-of-another-program
"""


class Pretix(Peer):
    """Its orders wait for a payment, as ours wait to be collected."""

    name = "pretix"
    packages = ("pretix==2026.8.0", "gunicorn==23.0.0")
    settings = "pretix.settings"
    application = "pretix.wsgi"
    does = "POST of its API with a token: quota, order, position, history, webhooks; no mail"

    def environment(self) -> Mapping[str, str]:
        """Return what its processes are told, its file of settings written."""
        file = self.folder / "pretix.cfg"
        text = _CONFIGURATION.format(
            host=HOST,
            port=self.port,
            folder=self.folder,
            database=KEPT / "postgres",
            mail=self.mail_port,
        )
        file.write_text(text, encoding="utf-8")
        return {**super().environment(), "PRETIX_CONFIG_FILE": str(file)}

    def conversation(self, count: int, turn: str) -> load.Conversation:
        """Place so many orders, a request each."""
        item, token = self.known
        for number in range(count):
            body = {
                "email": f"{turn}-{number}@example.org",
                "locale": "en",
                "sales_channel": "web",
                "payment_provider": "manual",
                "positions": [{"item": int(item), "variation": None, "price": "10.00"}],
            }
            answer = yield load.post(
                "/api/v1/organizers/bench/events/bench/orders/",
                json.dumps(body).encode(),
                f"{HOST}:{self.port}",
                Authorization=f"Token {token}",
            )
            assert answer is not None
            if answer.status != 201:
                raise RuntimeError(f"pretix: {answer.status} {answer.body[:500]!r}")
