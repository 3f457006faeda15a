"""The fields of the form of a reservation, put together once for all readers of a language."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from comptoir.site import reservation


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("there", [("until", "answer_by"), ("until",), ()])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_form_from_its_mould_is_that_of_its_template(marked, there, language):
    """With what people type and tills send: signs of HTML, of formats, of other scripts."""
    words = {
        name: None if name in {"until", "answer_by"} - {*there} else f"<{name}> & %s 100% «é»"
        for name in reservation._FIELDS.words
    }
    with override(language):
        filled = reservation._FIELDS.fill((marked,), tuple(words.values()))
        plain = render_to_string(reservation.FIELDS, {**words, "marked": marked})
    assert filled == plain
    assert "&lt;form&gt; &amp; %s 100% «é»" in filled
