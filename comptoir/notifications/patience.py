"""How long a mail is tried.

Seconds between two tries: within the half hour for which a link is good, then for five days, as
RFC 5321 (4.5.4.1) asks of whoever sends mails. Those that no longer matter end earlier.
"""

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

HOUR = 3600
WAITS = (10, 30, 60, 120, 180, 240, 300, 600, 900, 1800, *[HOUR] * 119)
TRIES = len(WAITS) + 1


class Patience(BaseRetryStrategy):
    """Try again after each of `WAITS`, whatever went wrong; then no more."""

    tries = TRIES

    def get_retry_decision(
        self,
        *,
        exception: BaseException,
        job: Job,
    ) -> RetryDecision | None:
        """Return when to try again, or None after the last try, or when a try would not help."""
        if isinstance(exception, GivenUp) or job.attempts >= len(WAITS):
            return None
        return RetryDecision(retry_in={"seconds": WAITS[job.attempts]})


class GivenUp(Exception):
    """A mail could not be written, and never will be."""
