"""Opening hours in words: read as they are meant, or not at all."""

import pytest
from django.utils import translation

from comptoir.shops.timetable.plan import CLOSED, Plan, written
from comptoir.shops.timetable.words import read_day, read_words

READ = [
    ("mardi au samedi 10h-19h, fermé lundi", "Tu-Sa 10:00-19:00"),
    ("du mardi au samedi : 9 h 30 – 12 h / 14 h – 19 h", "Tu-Sa 09:30-12:00,14:00-19:00"),
    (
        "du mardi au vendredi de 9h à 12h et de 14h à 18h30, le samedi en continu 10h-19h",
        "Tu-Fr 09:00-12:00,14:00-18:30; Sa 10:00-19:00",
    ),
    ("lun-ven 9:30/19:00", "Mo-Fr 09:30-19:00"),
    ("Ma-Sa : 10h-12h30 et 14h30-19h", "Tu-Sa 10:00-12:30,14:30-19:00"),
    ("tous les jours sauf dimanche 10h-19h", "Mo-Sa 10:00-19:00"),
    ("7j/7 10h-20h", "Mo-Su 10:00-20:00"),
    (
        "lundi au samedi 9h-12h 14h-19h, fermé le lundi matin",
        "Mo 14:00-19:00; Tu-Sa 09:00-12:00,14:00-19:00",
    ),
    ("sur rendez-vous", '"sur rendez-vous"'),
    ("uniquement sur RDV", '"sur rendez-vous"'),
    ("Mardi-samedi 10h-19h et sur rendez-vous", 'Tu-Sa 10:00-19:00 || "sur rendez-vous"'),
    ("Mardi-samedi 10h-19h, sur rendez-vous le lundi", 'Mo "sur rendez-vous"; Tu-Sa 10:00-19:00'),
    ("Mardi au samedi : 10h – 19h non-stop", "Tu-Sa 10:00-19:00"),
    (
        "Lundi : 14h-19h ; mar-sam : 10h-19h. Juillet-août : mardi-samedi 10h-13h, fermé lundi",
        "Mo 14:00-19:00; Tu-Sa 10:00-19:00; Jul-Aug Mo off; Jul-Aug Tu-Sa 10:00-13:00",
    ),
    ("mardi-samedi 10h à minuit", "Tu-Sa 10:00-24:00"),
    ("mardi-samedi 10h-midi et 14h-19h", "Tu-Sa 10:00-12:00,14:00-19:00"),
    (
        "Lundi 14h-19h\nMardi à vendredi 10h-12h30 / 14h-19h\nSamedi 10h-19h\nDimanche fermé",
        "Mo 14:00-19:00; Tu-Fr 10:00-12:30,14:00-19:00; Sa 10:00-19:00",
    ),
    ("Fermé dimanche et lundi. Mardi au samedi 10h-19h.", "Tu-Sa 10:00-19:00"),
    ("Fermé dimanche, lundi 14h-19h, mardi-samedi 10h-19h", "Mo 14:00-19:00; Tu-Sa 10:00-19:00"),
    ("10h-19h du mardi au samedi, 10h-13h le dimanche", "Tu-Sa 10:00-19:00; Su 10:00-13:00"),
    ("10h-19h sauf dimanche et lundi", "Tu-Sa 10:00-19:00"),
    (
        "du lundi au samedi de 10h à 19h, nocturne le jeudi jusqu'à 21h",
        "Mo-We,Fr-Sa 10:00-19:00; Th 10:00-21:00",
    ),
    ("Du lundi au samedi, 10h-19h, fermé les jours fériés", "Mo-Sa 10:00-19:00; PH off"),
    ("Tuesday to Saturday 10am-7pm", "Tu-Sa 10:00-19:00"),
    (
        "le 1er dimanche du mois 10h-13h, mardi-samedi 10h-19h",
        "Tu-Sa 10:00-19:00; Su[1] 10:00-13:00",
    ),
    ("mardi-samedi 10h-19h. Fermé en août", "Tu-Sa 10:00-19:00; Aug off"),
    ("mardi-samedi 9h-12h 14-18h", "Tu-Sa 09:00-12:00,14:00-18:00"),
    ("lundi-vendredi 9h-19h, fermé de 12h à 14h", "Mo-Fr 09:00-12:00,14:00-19:00"),
    ("Mardi-Mercredi-Jeudi : 9h30-12h30 / 14h30-19h", "Tu-Th 09:30-12:30,14:30-19:00"),
    ("mardi au samedi : 10h–13h | 14h–19h", "Tu-Sa 10:00-13:00,14:00-19:00"),
    (
        "mardi-samedi 10h-19h ; en décembre, dimanche 10h-18h",
        "Tu-Sa 10:00-19:00; Dec Su 10:00-18:00",
    ),
    (
        "lundi 14h/19h - mar à sam 10h/12h - 14h/19h",
        "Mo 14:00-19:00; Tu-Sa 10:00-12:00,14:00-19:00",
    ),
    ("vendredi 10h-22h, samedi 20h-2h", "Fr 10:00-22:00; Sa 20:00-02:00"),
    ("du mardi au samedi 10h-19h sauf jeudi 10h-20h", "Tu-We,Fr-Sa 10:00-19:00; Th 10:00-20:00"),
    (
        "lundi 14h-19h, mar-sam 9h-12h 14h-19h, fermé le dimanche et le lundi matin",
        "Mo 14:00-19:00; Tu-Sa 09:00-12:00,14:00-19:00",
    ),
    ("Open every day except Monday, 10am to 6pm", "Tu-Su 10:00-18:00"),
    (
        "Monday closed; Tue-Fri 10am-1pm, 2pm-7pm; Sat 10am - 6:30 pm",
        "Tu-Fr 10:00-13:00,14:00-19:00; Sa 10:00-18:30",
    ),
    (
        "le matin de 9h à 12h et l'après-midi de 14h à 18h du mardi au samedi",
        "Tu-Sa 09:00-12:00,14:00-18:00",
    ),
    (
        "lundi sur RDV, mardi 10h-12h (sur RDV)",
        'Mo "sur rendez-vous"; Tu 10:00-12:00 "sur rendez-vous"',
    ),
    (
        "du lundi au samedi 10h-19h, le lundi à partir de 14h",
        "Mo 14:00-19:00; Tu-Sa 10:00-19:00",
    ),
    (
        "dimanches et jours fériés 10h-13h, mardi-samedi 10h-19h",
        "Tu-Sa 10:00-19:00; Su 10:00-13:00; PH 10:00-13:00",
    ),
]

UNREAD = [
    ("tous les jours sauf dimanche", "tous les jours sauf dimanche"),
    ("10h-19h", "10h-19h"),
    ("lundi au samedi 10h-19h, fermé le lundi matin", "lundi matin"),
    ("mardi-samedi 10h-19h, ouvert dimanche matin", "dimanche matin"),
    ("Mardi-samedi 10h-19h, sur rendez-vous", "sur rendez-vous"),
    ("mardi au samedi 10h-19h. Juillet-août : mercredi-samedi 10h-13h", "Juillet-août"),
    ("mardi samedi 10h-19h", "mardi samedi"),
    ("mardi-samedi 10h-19h (20h le samedi)", "20h"),
    ("du mardi au samedi fermé de 10h à 19h, fermé le lundi", "10h à 19h"),
    ("lundi fermé 14h-19h ; mardi au samedi 10h-19h", "14h-19h"),
    ("lundi au samedi 9h-12h 14h-19h, fermé en août le lundi matin", "août"),
    ("mardi 9h-12h et août 14h-19h", "août"),
    ("mardi, sauf jeudi : 10h-12h", "mardi, sauf jeudi"),
    ("mardi-samedi 10-7", "10-7"),
    ("mardi-samedi 9h-12h 2-6", "2-6"),
    ("mardi-samedi 12 h 15 – 18 h", "12 h 15"),
    ("lundi 19h-10h", "19h-10h"),
    ("lundi-dimanche 9h-12h 14h-18h, fermé dimanche et lundi matin", "dimanche et lundi"),
    ("lundi au vendredi 9h-12h, vendredi 14h-18h", "vendredi"),
    ("mercredi 9h-18h en continu 14h-16h", "9h-18h"),
    ("Fermé le dimanche", "Fermé le dimanche"),
    ("mar-jeu 10h-19h, fermé dimanche, lundi et samedi 14h-18h", "dimanche, lundi et samedi"),
    ("mardi-samedi 10h-19h tél avant de venir", "tél"),
    ("du mardi au samedi 10h-19h,", ","),
    ("un samedi sur deux 10h-19h", "un samedi"),
    ("mardi-samedi 10h-19h hors vacances scolaires", "vacances scolaires"),
]


@pytest.mark.parametrize(("text", "hours"), READ)
def test_what_is_meant_is_read(text, hours):
    reading = read_words(text)
    assert (reading.hours, reading.unread) == (hours, "")


@pytest.mark.parametrize(("text", "piece"), UNREAD)
def test_what_is_doubtful_is_not_read_and_the_piece_is_said(text, piece):
    reading = read_words(text)
    assert reading.hours == ""
    assert reading.unread.startswith(piece)
    with translation.override("en"):
        assert piece in str(reading.why) or "When is it open" in str(reading.why)


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("9h-12h 14h-18h", Plan(((540, 720), (840, 1080)))),
        ("9h-12h\n14h-18h", Plan(((540, 720), (840, 1080)))),
        ("de 9h30 à 19h sans interruption", Plan(((570, 1140),))),
        ("Fermé", CLOSED),
        ("", CLOSED),
        ("-", CLOSED),
        ("sur RDV", Plan(asked=True)),
        ("14h-18h sur RDV", Plan(((840, 1080),), asked=True)),
        ("9h-12h, 14h", None),
        ("mardi 9h-12h", None),
        ("selon saison", None),
    ],
)
def test_a_day_alone(text, plan):
    reading = read_day(text)
    assert reading.plan == plan
    assert bool(reading.unread) == (plan is None)


def test_days_put_together():
    long, short = Plan(((600, 1140),)), Plan(((600, 720),))
    days = {0: CLOSED, 1: long, 2: short, 3: long, 4: long, 5: Plan(asked=True)}
    assert written(days) == 'Tu,Th-Fr 10:00-19:00; We 10:00-12:00; Sa "sur rendez-vous"'
