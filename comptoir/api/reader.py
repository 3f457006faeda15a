"""The process that reads one large body of a till, and ends: see `api.aside`."""

import json
import os
import resource
import sys
import time
from typing import Any

import django
from django.utils import translation

from comptoir.core.errors import DomainError
from comptoir.core.processes import end_with_parent


def main(words: str) -> None:
    """Read the body that standard input is; tell its report on standard output, or what is wrong.

    `words` are a `Task` and the sender's language, in JSON. It gives way to the web processes, ends
    with them, and past its limit of processor time, wherever it is then.
    """
    end_with_parent()
    os.nice(10)
    django.setup()
    from comptoir.api import aside
    from comptoir.api.routes import files, stock

    most = aside.PROCESSOR_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
    given = json.loads(words)
    answer: dict[str, Any] = {}
    with translation.override(given.pop("language")):
        task = aside.Task(**given)
        take = {"file": files.take, "stock": stock.take}[task.kind]
        try:
            answer["report"] = take(task, sys.stdin.buffer).pk
        except DomainError as error:
            answer["error"] = {
                "kind": type(error).__name__,
                "status": getattr(error, "status", 0),
                "code": error.code,
                "message": str(error.message),
                "data": error.data,
            }
    answer["seconds"] = time.process_time()
    sys.stdout.write(json.dumps(answer, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
