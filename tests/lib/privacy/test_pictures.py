"""Pictures: what a recording may hold of them, to the letter."""

from lib.privacy.pictures import MAX_PICTURE_CHARS, MAX_PICTURES, is_picture
from lib.privacy.stylesheets import mask_css

HEAD = "data:image/png;base64,"


def test_a_picture_has_a_longest_form() -> None:
    longest = HEAD.ljust(MAX_PICTURE_CHARS, "A")
    assert is_picture(longest)
    assert not is_picture(longest + "A")
    assert longest in mask_css(f"a{{background:url({longest})}}", shown=True)
    assert "data:" not in mask_css(f"a{{background:url({longest}A)}}", shown=True)


def test_a_style_sheet_has_a_number_of_pictures() -> None:
    css = f"a{{background:url({HEAD}AAAA)}}" * (MAX_PICTURES + 1)
    assert mask_css(css, shown=True).count(HEAD) == MAX_PICTURES


def test_a_place_that_a_page_writes_itself_holds_no_picture() -> None:
    css = f'a{{background:url(]7);content:"url(]7)";color:url({HEAD}AAAA)}}'
    for told in (False, True):
        assert mask_css(css, told=told, shown=True).count("url(") == 1 + told
