"""Titles and people that do not exist, in French that could."""

from random import Random

from comptoir.demo.words import Noun, adjectives, lines, names, nouns

_SCATTER = 7919  # coprime with the number of names: neighbours in rank are no cousins


def person(rank: int) -> str:
    """Return the name of the invented person of this rank; the first 50,000 differ."""
    first, last = names("first"), names("last")
    place = rank * _SCATTER % (len(first) * len(last))
    return f"{first[place % len(first)]} {last[place // len(first)]}"


def book_title(random: Random) -> str:
    """Return the title of an invented book."""
    draw = random.random()
    noun, adjective = random.choice(nouns()), random.choice(adjectives())
    if draw < 0.16:
        title = f"{noun.the} {random.choice(lines('places'))}"
    elif draw < 0.28:
        title = f"{noun.the} {adjective.one(noun)}"
    elif draw < 0.44:
        title = f"{noun.the} {random.choice(lines('complements'))}"
    elif draw < 0.56:
        title = f"les {noun.many} {adjective.many(noun)} {random.choice(lines('places'))}"
    elif draw < 0.66:
        title = f"{noun.the} et {random.choice(nouns()).the}"
    elif draw < 0.76:
        title = _sentence(random, noun)
    elif draw < 0.90:
        title = f"{noun.the} {adjective.one(noun)} {random.choice(lines('complements'))}"
    else:
        title = f"{random.choice(names('first'))} et {noun.the} {random.choice(lines('places'))}"
    return title[0].upper() + title[1:]


def essay_title(random: Random) -> str:
    """Return the title of an invented book that is no story."""
    return random.choice(lines("subjects"))


def record_title(random: Random) -> str:
    """Return the title of an invented record: shorter than a book's."""
    draw = random.random()
    noun, adjective = random.choice(nouns()), random.choice(adjectives())
    if draw < 0.3:
        title = f"{noun.one} {adjective.one(noun)}"
    elif draw < 0.5:
        title = f"{noun.many} {random.choice(lines('complements'))}"
    elif draw < 0.65:
        title = f"Live {random.choice(('à', 'près de'))} {random.choice(_TOWNS)}"
    elif draw < 0.85:
        title = f"{noun.one}, {random.choice(nouns()).one}"
    else:
        title = f"les {noun.many} {adjective.many(noun)}"
    return title[0].upper() + title[1:]


def band(random: Random) -> str:
    """Return the name of an invented artist or band."""
    draw = random.random()
    noun, adjective = random.choice(nouns()), random.choice(adjectives())
    if draw < 0.25:
        return random.choice(lines("bands"))
    if draw < 0.55:
        return person(int(57_000 * random.random() ** 3))
    if draw < 0.75:
        return f"Les {noun.many.capitalize()} {adjective.many(noun)}"
    if draw < 0.9:
        sort = random.choice(("Trio", "Quartet", "Quintet", "Orchestra", "Sound System"))
        return f"{random.choice(names('last'))} {sort}"
    return f"{noun.one.capitalize()} {adjective.one(noun).capitalize()}"


def _sentence(random: Random, noun: Noun) -> str:
    opening = random.choice(lines("opening"))
    if opening.endswith(" de"):
        return f"{opening.removesuffix(' de')} {noun.of_the}"
    if opening.endswith(" à"):
        rest = noun.the if noun.of_the.startswith("de ") else ""
        return f"{opening} {rest}" if rest else f"{opening.removesuffix(' à')} au {noun.one}"
    return f"{opening} {noun.the}"


_TOWNS = ("Pau", "Limoges", "Bordeaux", "Tulle", "Niort", "Angoulême", "Bayonne", "Poitiers")
