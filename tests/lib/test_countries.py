"""Countries: two capital letters from one header, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.countries import told


@pytest.mark.parametrize("code", ["DE", "US", "AA", "XK"])
def test_two_capital_letters_are_a_country(code: str) -> None:
    assert told([code]) == code


@pytest.mark.parametrize(
    "values",
    [[], [""], ["de"], ["D"], ["DEU"], ["DE "], ["DE\n"], ["D1"], ["\u00c4T"], ["DE,FR"], ["ZZ"]],
    ids=repr,
)
def test_anything_else_is_none(values: list[str]) -> None:
    assert told(values) is None


def test_of_two_neither_is_believed() -> None:
    assert told(["DE", "FR"]) is None
    assert told(["DE", "DE"]) is None


@given(st.lists(st.text(max_size=4), max_size=3))
def test_nothing_but_two_capital_letters_comes_out(values: list[str]) -> None:
    found = told(values)
    assert found is None or (len(found) == 2 and found.isascii() and found.isupper())
