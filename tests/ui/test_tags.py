"""What the small tags say, and that they let no markup through."""

import pytest
from django.utils import translation

from comptoir.ui.templatetags.ui import choices, cover, stock


def test_a_cover_is_an_image_whose_address_is_escaped():
    said = cover(image="", drawn='/c.svg?a=1&b="x"', kind="record")
    assert 'src="/c.svg?a=1&amp;b=&quot;x&quot;"' in said
    assert 'class="cover cover--record"' in said
    assert 'width="300"' in said
    assert 'loading="lazy"' in said
    assert "loading" not in cover(image="", drawn="/c.svg", kind="book", eager=True)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_how_sure_a_copy_is_is_said_in_the_readers_language(language):
    with translation.override(language):
        likely = stock(confidence="likely")
        assert "stock--likely" in likely
        assert translation.gettext("most likely on the shelf") in likely
        assert stock(confidence="else") == stock(confidence="to_confirm")
    # The control: it is not the text of the other one.
    assert ("most likely" in likely) == (language == "en")


def test_one_number_of_a_choice_is_chosen():
    said = choices(range(1, 4), 2)
    assert said == "<option>1</option><option selected>2</option><option>3</option>"
