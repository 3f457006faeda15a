"""The application that granian serves: the site of `config.wsgi`, behind the gateway."""

import os

from comptoir.config.wsgi import application as site
from comptoir.serve.gateway import Gateway

PORT = "COMPTOIR_SERVED_PORT"
"""The variable by which `serve.web` tells its workers where they listen."""

application = Gateway(
    site,
    threads=int(os.environ.get("COMPTOIR_THREADS", "16")),
    port=int(os.environ.get(PORT, "0")),
)
