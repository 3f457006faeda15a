"""The process of the webhooks: it makes messages of the outbox and sends what is due."""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.utils import timezone

from comptoir.webhooks import follower, sender
from comptoir.webhooks.models import Delivery

SENDERS = 8
PAUSE_SECONDS = 0.5
_AFTER_ERROR_SECONDS = 2.0

logger = logging.getLogger(__name__)


def run(stop_event: threading.Event, senders: int = SENDERS) -> None:
    """Follow and send until `stop_event`. Several processes share the work, none does it twice.

    A database that cannot be reached is tried again. At the end it waits for what is being sent.
    """
    free = threading.Semaphore(senders)
    ended = threading.Event()
    with ThreadPoolExecutor(senders, "webhooks") as pool:
        while not stop_event.is_set():
            pause = PAUSE_SECONDS
            try:
                close_old_connections()
                if follower.step() == follower.BATCH:
                    pause = 0.0
                while _start_one(pool, free, ended):
                    pass
            except DatabaseError:
                logger.exception("Webhooks cannot be sent; trying again")
                pause = _AFTER_ERROR_SECONDS
            # A sender that ends wakes the loop: its endpoint may have the next message due.
            ended.wait(pause)
            ended.clear()
    connection.close()


def _start_one(pool: ThreadPoolExecutor, free: threading.Semaphore, ended: threading.Event) -> bool:
    """Have one delivery sent, if one is due and a sender is free."""
    if not free.acquire(blocking=False):
        return False
    try:
        delivery = sender.claim(timezone.now())
        if delivery is None:
            free.release()
            return False
        future = pool.submit(_serve, delivery)
    except BaseException:
        free.release()
        raise

    def done(_future: Future[None]) -> None:
        free.release()
        ended.set()

    future.add_done_callback(done)
    return True


def _serve(delivery: Delivery) -> None:
    """Send one message and write how that went; the lease ends what goes wrong here."""
    try:
        answer = sender.send(delivery)
        sender.record(delivery, answer, timezone.now())
    except Exception:
        logger.exception("delivery %s was not written down", delivery.pk)
    finally:
        if not connection.in_atomic_block:
            connection.close()
