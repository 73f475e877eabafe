"""docs/errors.md says what the code does: every refusal has its row, and every row its refusal."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import lib
from lib.errors import Refusal

TABLE = Path(__file__).parents[2] / "docs" / "errors.md"
ROW = re.compile(r"^\| `([a-z_]+)` \| (\d{3}) \| (yes|no) \|", re.MULTILINE)


def refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in base.__subclasses__():
        if each.__module__.startswith("lib."):
            yield each
        yield from refusals(each)


def test_the_table_and_the_code_say_the_same() -> None:
    for module in pkgutil.walk_packages(lib.__path__, "lib."):
        importlib.import_module(module.name)
    code = {(each.code, int(each.status), each.retry) for each in refusals()}
    rows = [
        (name, int(status), retry == "yes")
        for name, status, retry in ROW.findall(TABLE.read_text())
    ]
    assert [name for name, _, _ in rows] == sorted({name for name, _, _ in rows})
    assert set(rows) == code
