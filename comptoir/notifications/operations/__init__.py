"""The verbs of mails: queued in the transaction that causes them, sent afterwards by a job.

- `drafts`: mails to send, written with the jobs that will send them;
- `letters`: a mail rendered, in two parts, with its attachments;
- `rounds`: a job's mails, and those of others that wait, rendered and handed over together;
- `outcome`: what became of each: sent, failed, tried again, held;
- `again`: what was held or failed is queued once more, what no job would send is marked;
- `erasure`: mails that are no longer needed.
"""

from comptoir.notifications.operations.again import find_abandoned, release, send_again
from comptoir.notifications.operations.drafts import Draft, leave_last, queue
from comptoir.notifications.operations.erasure import erase_due, forget
from comptoir.notifications.operations.letters import (
    Attachment,
    Blanks,
    NoLongerTrue,
    for_seconds,
    register,
    render,
)
from comptoir.notifications.operations.outcome import TOO_OLD, note_failure
from comptoir.notifications.operations.rounds import claim_of, deliver, deliver_round

__all__ = [
    "TOO_OLD",
    "Attachment",
    "Blanks",
    "Draft",
    "NoLongerTrue",
    "claim_of",
    "deliver",
    "deliver_round",
    "erase_due",
    "find_abandoned",
    "for_seconds",
    "forget",
    "leave_last",
    "note_failure",
    "queue",
    "register",
    "release",
    "render",
    "send_again",
]
