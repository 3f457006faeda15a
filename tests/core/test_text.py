"""Letters without accents, as each who folds them has it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.core.table import plain_name
from comptoir.core.text import without_accents
from comptoir.search.text import fold as search_fold
from comptoir.shops.gazetteer import fold as town_fold

LATIN = st.text(st.characters(max_codepoint=0x36F))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("", ""),
        ("Été", "Ete"),
        ("e\u0301te\u0301", "ete"),
        ("ﬁn №\u00a0½", "fin No 1⁄2"),
        ("Cœur Ærø", "Cœur Ærø"),
        ("Łódź", "Łodz"),
    ],
)
def test_accents_go_and_letters_stay(text, bare):
    assert without_accents(text) == bare


@pytest.mark.parametrize(
    ("fold", "text", "folded"),
    [
        (search_fold, "L’Œuvre d’été à Łódź\u00ad", "œuvre ete a lodz".replace("œ", "oe")),
        (search_fold, "J.R.R. Ærø & ß", "jrr  aero  et  ss"),
        (town_fold, "Saint-Étienne-lès-Œuf", "saint etienne les oeuf"),
        (town_fold, "St-Ÿ (Sts)", "saint y sts"),
        (plain_name, " Quantité reçue ", "quantite_recue"),
        (plain_name, "Numéro_Œ", "numero_œ"),
    ],
)
def test_each_folds_as_it_did(fold, text, folded):
    assert fold(text) == folded


@given(LATIN)
def test_in_latin_script_nothing_that_combines_is_left(text):
    """What Unicode calls combining goes, as two of the three had it, and one joiner."""
    letters = unicodedata.normalize("NFKD", text).replace("\u034f", "")
    assert without_accents(text) == "".join(c for c in letters if not unicodedata.combining(c))
