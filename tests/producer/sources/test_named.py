"""`package.module:callable`: what is found, and what is said where nothing is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ticks.producer.sources.named import function

MODULE = """
class Rig:
    class Inner:
        @staticmethod
        def readings():
            return [1]

def with_defaults(port=1): return port
def with_arguments(port): return port
number = 17
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sources_of_mine").mkdir()
    (tmp_path / "sources_of_mine" / "rig.py").write_text(MODULE)
    (tmp_path / "sources_of_mine" / "broken.py").write_text("1 / 0")
    (tmp_path / "sources_of_mine" / "wanting.py").write_text("import not_installed_at_all")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in [name for name in sys.modules if name.startswith("sources_of_mine")]:
        monkeypatch.delitem(sys.modules, name)


def test_a_module_in_the_current_directory_is_found_and_a_name_may_have_dots() -> None:
    assert function("sources_of_mine.rig:Rig.Inner.readings")() == [1]
    assert function("sources_of_mine.rig:with_defaults")() == 1
    assert callable(function("time:monotonic"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (":readings", "':readings' names no function: use package.module:callable"),
        ("rig:", "'rig:' names no function: use package.module:callable"),
        ("nowhere.rig:readings", "there is no module nowhere: use one in this directory"),
        ("sources_of_mine.rag:readings", "there is no module sources_of_mine.rag: use one in this directory"),
        ("sources_of_mine.rig:Rig.Outer.readings", "sources_of_mine.rig has no Rig.Outer.readings"),
        ("sources_of_mine.rig:number", "sources_of_mine.rig:number is of type int: use a function"),
        ("sources_of_mine.rig:with_arguments", "needs arguments: use a function that is called without"),
        ("sources_of_mine.broken:readings", "can't be imported: ZeroDivisionError: division by zero"),
        ("sources_of_mine.wanting:readings", "can't be imported: ModuleNotFoundError: No module named 'not_inst"),
        ("..:readings", "can't be imported"),
    ],
)
def test_what_is_no_function_is_said_in_a_sentence(name: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^\S+.*$") as raised:
        function(name)
    assert said in str(raised.value)
