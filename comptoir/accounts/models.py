"""People and programs that may act, and the columns by which a history names them."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind


class UserManager(BaseUserManager["User"]):
    """Makes users; an address is stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":  # noqa: ANN401
        """Return a new user; without a password only a code by e-mail or a passkey signs in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def make_administrator(self, email: str) -> bool:
        """Let whoever has this address run the installation; return whether that is new.

        Guard: whoever reaches the command line. Writes: the user. They sign in by a code.
        """
        user = self.filter(email__iexact=email.strip()).first()
        if user is None:
            self.create_user(email, is_staff=True, is_superuser=True)
            return True
        if user.is_superuser and user.is_active:
            return False
        user.is_staff = user.is_superuser = user.is_active = True
        user.save()
        return True


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: shop staff or an operator. Readers need no account.

    Personal data: address, name and last sign-in of who works in a shop, so that they can sign in
    and colleagues know who acted. `left_at` is since when they work in none (None: they do, or
    never did); `COMPTOIR_ERASE_AFTER_DAYS` later the account is deleted, and a history says
    “somebody”.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(db_default=Now())
    left_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_lower")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def actor(self) -> Actor:
        """Who this person is in a history."""
        return Actor.user(self.pk)


class ApiToken(models.Model):
    """A secret by which a program acts; only its SHA-256 is kept. What it may touch is a grant of
    the package concerned (`shops.ShopToken`)."""

    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label

    @property
    def actor(self) -> Actor:
        """Who this token is in a history."""
        return Actor.token(self.pk)


_KINDS = [(kind.value, kind.value) for kind in ActorKind]


class ActedBy(models.Model):
    """Columns that name who did what a line of history records."""

    actor_kind = models.CharField(max_length=8, choices=_KINDS)
    actor_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class PerhapsActedBy(ActedBy):
    """The columns of `ActedBy` where it may be nobody: then `actor_kind` is empty."""

    actor_kind = models.CharField(max_length=8, choices=_KINDS, blank=True)

    class Meta:
        abstract = True


def acted_by(actor: Actor) -> dict[str, Any]:
    """Return the columns of `ActedBy` that name an actor, for the making or change of a row."""
    return {"actor_kind": actor.kind.value, "actor_id": actor.id}


class AuditEntry(ActedBy):
    """That somebody did something which no other history records, or looked into personal data.

    `deed` is a word of the code, `subject` and `subject_id` name the row it was done to,
    `shop_id` and `network_id` whose business it is (keys without a constraint: an entry outlives
    what it is about). Never changed; `accounts.audit.note` writes it.

    Personal data: the key of the account that acted and the reason it gave, so that an association
    can answer for what was done; kept `COMPTOIR_AUDIT_DAYS`.
    """

    at = models.DateTimeField(db_default=Now())
    deed = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    shop_id = models.BigIntegerField(null=True, blank=True)
    network_id = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    looked = models.BooleanField(default=False, help_text="whether personal data were read by it")

    class Meta:
        indexes = [
            models.Index(fields=["network_id", "-at"], name="accounts_audit_network"),
            models.Index(fields=["shop_id", "-at"], name="accounts_audit_shop"),
            models.Index(fields=["at"], name="accounts_audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.subject} {self.subject_id or ''}".strip()
