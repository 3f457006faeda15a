"""How somebody comes to work in a shop: a mail with a link, good once and for some days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import User
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.limits import TooMany
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver, render
from comptoir.shops import operations
from comptoir.shops.models import Invitation, Staff, StaffRole
from comptoir.shops.operations import invitations, people
from tests.factories import make_shop, make_staff

pytestmark = pytest.mark.django_db
LEA = "lea@example.org"


@pytest.fixture
def shop():
    return make_shop(name="Le Pilori", city="Poitiers")


@pytest.fixture
def maud(shop):
    return make_staff(shop, StaffRole.MANAGER, name="Maud", email="maud@example.org")


def invite(shop, actor=SYSTEM, **more):
    return operations.invite_staff(shop=shop, email=LEA, actor=actor, **more)


def test_an_invitation_gives_no_access_until_it_is_taken_up(shop, maud):
    invitation = invite(shop, maud.actor, name=" Léa  Dupont\n", role=StaffRole.MANAGER)
    assert not User.objects.filter(email=LEA).exists()
    staff = operations.accept_invitation(link=invitations.link_of(invitation))
    assert (staff.shop, staff.role, staff.user.email) == (shop, "manager", LEA)
    assert staff.user.name == "Léa Dupont"
    staff.refresh_from_db()
    assert staff.since is not None
    assert not Invitation.objects.exists()
    assert not Message.objects.exists(), "its mails go with it"


def test_the_mail_says_who_invites_where_and_until_when(shop, maud, mailoutbox):
    invitation = invite(shop, maud.actor, name="Léa")
    message = Message.objects.get()
    render(message)
    assert (message.to, message.language, message.subject) == (
        LEA,
        "fr",
        "Le Pilori vous invite à son comptoir",
    )
    link = f"/comptoir/invitation/{invitations.link_of(invitation)}"
    for body in (message.text, message.html):
        assert link in body
        assert "Maud" in body
        assert "Léa" in body
    deliver(message_id=message.pk)
    message.refresh_from_db()
    assert link in mailoutbox[0].body
    assert (message.status, message.text, message.context) == ("sent", "", {}), "no link is kept"


def test_a_link_is_good_once(shop):
    link = invitations.link_of(invite(shop))
    operations.accept_invitation(link=link)
    with pytest.raises(NotFound):
        operations.accept_invitation(link=link)


def test_a_link_ends_with_its_days(shop):
    invitation = invite(shop)
    link = invitations.link_of(invitation)
    Invitation.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotFound):
        operations.accept_invitation(link=link)
    assert not Staff.objects.exists()
    again = operations.send_invitation_again(shop=shop, invitation_id=invitation.pk, actor=SYSTEM)
    with pytest.raises(NotFound):
        operations.accept_invitation(link=link)
    assert operations.accept_invitation(link=invitations.link_of(again)).user.email == LEA


def test_a_link_that_was_taken_back_lets_nobody_in_and_its_mail_stays(shop):
    invitation = invite(shop)
    link = invitations.link_of(invitation)
    operations.withdraw_invitation(shop=shop, invitation_id=invitation.pk, actor=SYSTEM)
    with pytest.raises(NotFound):
        operations.accept_invitation(link=link)
    assert not Message.objects.exists()


@pytest.mark.parametrize("change", ["key", "nonce", "sign"])
def test_a_link_that_nobody_signed_is_none(shop, change):
    link = invitations.link_of(invite(shop))
    said, _sep, sign = link.rpartition("~")
    key, _sep, nonce = said.partition("-")
    forged = {
        "key": f"{int(key) + 1}-{nonce}~{sign}",
        "nonce": f"{key}-{nonce[::-1]}~{sign}",
        "sign": said,
    }[change]
    with pytest.raises(NotFound):
        invitations.find_invitation(forged)
    assert invitations.find_invitation(link)


def test_who_is_invited_twice_gets_the_second_role_by_the_second_link(shop):
    first = invitations.link_of(invite(shop))
    second = invitations.link_of(invite(shop, role=StaffRole.MANAGER))
    assert Invitation.objects.count() == 1
    assert Message.objects.count() == 1
    with pytest.raises(NotFound):
        operations.accept_invitation(link=first)
    assert operations.accept_invitation(link=second).role == "manager"


def test_who_works_there_is_not_invited(shop, maud):
    with pytest.raises(Conflict) as refusal:
        operations.invite_staff(shop=shop, email="MAUD@example.org", actor=SYSTEM)
    assert refusal.value.code == "works_here"
    with pytest.raises(Invalid):
        operations.invite_staff(shop=shop, email="lea@localhost", actor=SYSTEM)


def test_a_name_that_somebody_has_is_kept(shop):
    other = make_staff(make_shop(), name="Léa D.", email=LEA)
    link = invitations.link_of(invite(shop, name="Lea Dupond"))
    operations.accept_invitation(link=link, name="L")
    other.refresh_from_db()
    assert other.name == "Léa D."
    assert other.jobs.count() == 2


def test_a_shop_and_a_mailbox_have_a_limit_of_invitations(shop, maud, monkeypatch):
    monkeypatch.setattr(invitations, "PER_MAILBOX", 1)
    invitation = invite(shop, maud.actor)
    with pytest.raises(TooMany):
        operations.send_invitation_again(shop=shop, invitation_id=invitation.pk, actor=maud.actor)
    monkeypatch.setattr(invitations, "PER_SHOP", 2)
    with pytest.raises(TooMany):
        operations.invite_staff(shop=shop, email="ana@example.org", actor=maud.actor)
    assert Invitation.objects.count() == 1
    invite(shop)  # the operator is not counted


def test_invitations_and_people_are_erased_in_their_time(shop, maud, settings):
    now = timezone.now()
    invite(shop)
    gone = make_staff(shop, email="gone@example.org")
    elsewhere = make_staff(shop, email="elsewhere@example.org")
    make_shop().staff.create(user=elsewhere)
    operator = make_staff(shop, email="root@example.org", is_superuser=True)
    for each in (gone, elsewhere, operator):
        operations.dismiss_staff(shop=shop, user_id=each.pk, actor=maud.actor)
    later = now + timedelta(days=settings.ERASE_AFTER_DAYS, hours=1)
    assert people.erase_gone(now=now) == 0
    assert people.erase_gone(now=later) == 1
    assert set(User.objects.values_list("email", flat=True)) == {
        "maud@example.org",
        "elsewhere@example.org",
        "root@example.org",
    }
    assert invitations.erase_ended(now=later) == 0
    assert invitations.erase_ended(now=later + timedelta(days=invitations.GOOD_DAYS)) == 1


def test_who_comes_back_in_time_keeps_their_account(shop, maud, settings):
    user = make_staff(shop, email=LEA)
    operations.dismiss_staff(shop=shop, user_id=user.pk, actor=maud.actor)
    operations.accept_invitation(link=invitations.link_of(invite(shop)))
    later = timezone.now() + timedelta(days=settings.ERASE_AFTER_DAYS + 1)
    assert people.erase_gone(now=later) == 0
    user.refresh_from_db()
    assert user.left_at is None


def test_the_last_manager_stays_one(shop, maud):
    make_staff(shop, StaffRole.MANAGER, is_active=False)
    for refused in (
        lambda: operations.dismiss_staff(shop=shop, user_id=maud.pk, actor=maud.actor),
        lambda: operations.change_role(
            shop=shop, user_id=maud.pk, role=StaffRole.STAFF, actor=maud.actor
        ),
    ):
        with pytest.raises(Conflict) as refusal:
            refused()
        assert refusal.value.code == "last_manager"
    other = make_staff(shop)
    operations.change_role(shop=shop, user_id=other.pk, role=StaffRole.MANAGER, actor=maud.actor)
    operations.dismiss_staff(shop=shop, user_id=maud.pk, actor=maud.actor)
    assert set(shop.staff.filter(user__is_active=True).values_list("user_id")) == {(other.pk,)}


def test_who_became_a_manager_meanwhile_stays_one(shop):
    """A merger brings them, whatever stands in an invitation of before."""
    link = invitations.link_of(invite(shop))
    make_staff(shop, StaffRole.MANAGER, email=LEA)
    assert operations.accept_invitation(link=link).role == "manager"
