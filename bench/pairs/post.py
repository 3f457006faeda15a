"""A mail server that takes every mail and drops it, in a process of its own (RFC 5321, 4.5.1).

It does as little as it can, so that next to nothing is taken from what is measured. As the usual
servers do, it says that it takes several commands in one go (RFC 2920).
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.pairs.checkout import ROOT

HOST = "127.0.0.1"
LONGEST_LINE = 2**20
_ENDS = b"\r\n.\r\n"
_OK = b"250 OK\r\n"
_GREETING = b"250-bench\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


@contextmanager
def office() -> Iterator[int]:
    """Run one; give its port."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.pairs.post"], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def _serve() -> None:
    server = await asyncio.start_server(_converse, HOST, 0, limit=LONGEST_LINE)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 bench ESMTP\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(_ENDS)
        elif verb == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        writer.write(_GREETING if verb == b"EHLO" else _OK)
    writer.close()


if __name__ == "__main__":
    asyncio.run(_serve())
