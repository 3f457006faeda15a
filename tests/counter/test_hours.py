"""Opening hours at the counter: shown as they are understood before they count."""

from html import unescape

import pytest

from tests.counter.conftest import browser_of

PAGE = "/comptoir/pilori/boutique"
POLICY = {"hold_days": "3", "safety_stock": "0", "rings_up": "at_collection"}


def text(page):
    return unescape(page.content.decode()).replace("\u202f", " ").replace("\u00a0", " ")


def send(user, hours, **more):
    return browser_of(user).post(PAGE, POLICY | {"opening_hours": hours} | more)


def test_new_hours_count_when_they_were_seen(manager, shop):
    before = (shop.opening_hours, shop.safety_stock)
    page = send(manager, "tu-sa 9:00 - 12:00 , 14:00 - 18:30 ; ph off", safety_stock="7")
    assert page.status_code == 200
    kept = "Tu-Sa 09:00-12:00,14:00-18:30; PH off"
    assert f'name="hours_seen" value="{kept}"' in text(page)
    assert "9 h – 12 h, 14 h – 18 h 30" in text(page)
    assert "Les prochains jours fériés" in text(page)
    assert 'name="safety_stock" value="7"' in text(page)
    shop.refresh_from_db()
    assert (shop.opening_hours, shop.safety_stock) == before
    again = send(manager, "tu-sa 9:00-12:00,14:00-18:30;ph off", hours_seen=kept)
    assert again.status_code == 302
    shop.refresh_from_db()
    assert shop.opening_hours == kept


def test_what_was_seen_is_no_leave_for_other_hours(manager, shop):
    before = shop.opening_hours
    assert send(manager, "Mo-Fr 10:00-18:00", hours_seen="Tu-Sa 10:00-18:00").status_code == 200
    shop.refresh_from_db()
    assert shop.opening_hours == before


def test_hours_that_stay_and_hours_that_are_taken_away_are_not_asked_for(manager, shop):
    assert send(manager, shop.opening_hours).status_code == 302
    assert send(manager, "").status_code == 302
    shop.refresh_from_db()
    assert shop.opening_hours == ""


def test_what_may_have_been_overlooked_is_said(manager):
    page = text(send(manager, "PH off; Mo-Sa 10:00-18:00"))
    assert "écrivez « PH off » en dernier" in page
    assert "sur rendez-vous" in text(send(manager, 'Mo-Sa 10:00-18:00 || "sur rendez-vous"'))


@pytest.mark.parametrize("hours", ["Mo-Sa 10:00-12:00; 14:00-18:00", "SH off"])
def test_a_question_is_asked_at_the_field(manager, shop, hours):
    page = send(manager, hours)
    assert list(page.context["policy_form"].errors) == ["opening_hours"]
    assert "hours_seen" not in text(page)


def test_staff_who_may_not_change_them_are_not_asked(staff):
    assert send(staff, "Mo-Fr 10:00-18:00").status_code == 403


def test_the_page_shows_how_the_hours_that_stand_are_read(manager, shop):
    shop.opening_hours = 'We 10:00-18:00; Sa 10:00-12:00 "RDV"'
    shop.save()
    page = text(browser_of(manager).get(PAGE))
    assert "10 h – 12 h (RDV)" in page
    shop.opening_hours = "Mo-Sa 10:00-18:00; SH off"  # written before such hours were refused
    shop.save()
    assert "« SH » n’est pas accepté" in text(browser_of(manager).get(PAGE))


def test_hours_in_words_are_shown_as_a_week_and_kept_in_the_notation(manager, shop):
    words, kept = (
        "mardi au samedi 10h-12h30 et 14h-19h, fermé les jours fériés",
        ("Tu-Sa 10:00-12:30,14:00-19:00; PH off"),
    )
    page = text(send(manager, words))
    assert f'name="hours_seen" value="{kept}"' in page
    assert "10 h – 12 h 30, 14 h – 19 h" in page
    assert send(manager, words, hours_seen=kept).status_code == 302
    shop.refresh_from_db()
    assert shop.opening_hours == kept


def test_words_that_are_not_understood_are_named_at_the_field(manager, shop):
    before = shop.opening_hours
    page = send(manager, "mardi au samedi 10h-19h, un lundi sur deux")
    assert "un lundi sur deux" in str(page.context["policy_form"].errors["opening_hours"])
    shop.refresh_from_db()
    assert shop.opening_hours == before
