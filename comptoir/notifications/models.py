"""The log of what was sent, and the queue of what will be."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import enum_check


class MessageStatus(models.TextChoices):
    """Where a message is in its short life."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Reason(models.TextChoices):
    """Why a mail has not left, in words that tell neither its content nor whom it was for."""

    UNREACHABLE = "unreachable", _("the mail server cannot be reached")
    TLS = "tls", _("the connection to the mail server cannot be encrypted")
    SIGN_IN = "sign_in", _("the mail server refuses our user or password")
    SENDER = "sender", _("the mail server refuses to send in our name")
    LATER = "later", _("the mail server takes no mail just now")
    MAILBOX = "mailbox", _("there is no such mailbox, or it takes nothing")
    REFUSED = "refused", _("the mail server refuses this mail")
    UNWRITTEN = "unwritten", _("the mail could not be written")
    TOO_LATE = "too_late", _("it would have come too late")


class Message(models.Model):
    """One mail: written with the data that caused it, rendered and sent by a job.

    `template` names a pair of templates (`notifications/<template>.txt` and `.html`, first line of
    the text being the subject); `context` is what they are given, in JSON. `about` lets the owner
    of the subject erase its mails (`order:<id>`). The content of a `secret` one is dropped once it
    left. `held_at`: it waits, without a job, until this installation speaks (`core.exits`). It is
    `failing_since` its first try failed, until it left; `reason` and `error` (what the mail server
    said) are of its last try.

    Personal data: the address, and what the mail says; kept so that what was said to whom can be
    looked up, until `erase_due`, or until its subject is erased (`forget`).
    """

    to = models.EmailField()
    language = models.CharField(max_length=5)
    template = models.CharField(max_length=40)
    context = models.JSONField()
    about = models.CharField(max_length=40, blank=True)
    secret = models.BooleanField(default=False, db_default=False)
    status = models.CharField(max_length=8, choices=MessageStatus, default=MessageStatus.QUEUED)
    reason = models.CharField(max_length=12, choices=Reason, blank=True, default="", db_default="")
    error = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="notifications_message_about"),
            models.Index(
                fields=["failing_since"],
                condition=models.Q(failing_since__isnull=False),
                name="notifications_message_failing",
            ),
        ]
        constraints = [enum_check("status", MessageStatus, "notifications_message_status")]

    def __str__(self) -> str:
        return f"{self.template} → {self.pk}"
