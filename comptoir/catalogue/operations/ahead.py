"""A reader ahead: the next batch is parsed while PostgreSQL is busy with this one."""

from collections.abc import Iterator
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

from django.utils import translation

T = TypeVar("T")
_END = object()


def read_ahead(items: Iterator[T], depth: int = 1) -> Iterator[T]:
    """Yield the items in their order, made by a thread that is at most `depth` + 1 items ahead.

    What making them raises is raised here, after the items before it. When the caller leaves early
    the thread has ended before this does, so that what it reads from may be closed.
    """
    queue: Queue[object] = Queue(depth)
    left = Event()
    language = translation.get_language()

    def work() -> None:
        last: object = _END
        try:
            with translation.override(language):
                for item in items:
                    queue.put(item)
                    if left.is_set():
                        break
        except BaseException as error:
            last = _Failure(error)
        queue.put(last)

    thread = Thread(target=work, name="catalogue-reader", daemon=True)
    thread.start()
    found: object = None
    try:
        while (found := queue.get()) is not _END and not isinstance(found, _Failure):
            yield found  # type: ignore[misc]
    finally:
        left.set()
        # The thread may wait for room in the queue: it is emptied until its last word is out.
        while found is not _END and not isinstance(found, _Failure):
            found = queue.get()
        thread.join()
    if isinstance(found, _Failure):
        raise found.error


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error
