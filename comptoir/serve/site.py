"""The application that granian serves: the site of `config.wsgi`, behind the gateway."""

import os

from comptoir.config.variables import number
from comptoir.config.wsgi import application as site
from comptoir.core.processes import keep_what_is_loaded
from comptoir.serve.gateway import Gateway
from comptoir.version import running

PORT = "COMPTOIR_SERVED_PORT"
"""The variable by which `serve.web` tells its workers where they listen."""

# Said of the code that this process loaded, whatever is installed over it meanwhile.
running()

application = Gateway(
    site,
    threads=number("COMPTOIR_THREADS"),
    port=int(os.environ.get(PORT, "0")),
)

keep_what_is_loaded()
