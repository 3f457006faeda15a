"""The log of what was sent, and the queue of what will be."""

from django.db import models
from django.db.models.functions import Now

from comptoir.core.db import enum_check


class MessageStatus(models.TextChoices):
    """Where a message is in its short life."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Message(models.Model):
    """One mail: written with the data that caused it, rendered and sent by a job.

    `template` names a pair of templates (`notifications/<template>.txt` and `.html`, first line of
    the text being the subject); `context` is what they are given, in JSON. `about` lets the owner
    of the subject erase its mails (`order:<id>`). The content of a `secret` one is dropped once it
    left. `held_at`: it waits, without a job, until this installation speaks (`core.exits`).
    """

    to = models.EmailField()
    language = models.CharField(max_length=5)
    template = models.CharField(max_length=40)
    context = models.JSONField()
    about = models.CharField(max_length=40, blank=True)
    secret = models.BooleanField(default=False, db_default=False)
    status = models.CharField(max_length=8, choices=MessageStatus, default=MessageStatus.QUEUED)
    error = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["about"], name="notifications_message_about")]
        constraints = [enum_check("status", MessageStatus, "notifications_message_status")]

    def __str__(self) -> str:
        return f"{self.template} → {self.pk}"
