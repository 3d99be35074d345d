"""Values by field: what counts as a number, and under which path."""

from __future__ import annotations

from unittest.mock import patch

from django.test import SimpleTestCase

from ticks.archive.rollups import values
from ticks.archive.rollups.lookup import value_of
from ticks.archive.rollups.row import Stat
from ticks.archive.rollups.values import Values

RECORD = {
    "whole": 3,
    "part": 0.5,
    "on": True,
    "text": "ab",
    "nothing": None,
    "cpu": {"percent": 12.5, "cores": [1, 2.5, None, False]},
    "agents": [{"x": 1}, {"x": 2}],
    "names": ["a", "b", "c"],
    "grid": [[1, 2], [3]],
    "empty": [],
    "unknown": [None],
    "a.b": {"c.d": 7},
}
NUMBERS = {
    "whole": 3,
    "part": 0.5,
    "on": 1,
    "cpu.percent": 12.5,
    "cpu.cores.0": 1,
    "cpu.cores.1": 2.5,
    "cpu.cores.3": 0,
    "agents.length": 2,
    "names.length": 3,
    "grid.length": 2,
    "empty.length": 0,
    "unknown.length": 1,
    "a.b.c.d": 7,
}


class ValuesTest(SimpleTestCase):
    def setUp(self) -> None:
        self.values = Values()

    def test_numbers_are_found_by_their_dotted_paths(self) -> None:
        self.values.add(RECORD)
        stats, _ = self.values.take()
        self.assertEqual(stats, {path: Stat(value, value, value, 1) for path, value in NUMBERS.items()})

    def test_a_series_of_ticks_finds_the_same_ones(self) -> None:
        self.assertEqual({path: value_of(path)(RECORD) for path in NUMBERS}, NUMBERS)
        for path in ("text", "nothing", "cpu", "cpu.cores.2", "cpu.cores.4", "cpu.cores.00", "agents", "agents.0.x"):
            self.assertIsNone(value_of(path)(RECORD), path)

    def test_each_field_is_known_by_its_kind(self) -> None:
        self.values.add(RECORD)
        _, kinds = self.values.take()
        self.assertEqual(
            {path: kinds[path] for path in ("whole", "part", "cpu.cores.1")},
            dict.fromkeys(("whole", "part", "cpu.cores.1"), values.NUMBER),
        )
        self.assertEqual(kinds["on"], values.BOOLEAN)
        self.assertEqual(kinds["agents.length"], values.LENGTH)
        self.assertEqual(kinds["text"], values.TEXT)
        self.assertNotIn("nothing", kinds)

    def test_what_was_taken_is_not_counted_again(self) -> None:
        self.values.add({"a": 1, "text": "ab"})
        self.values.take()
        self.values.add({"b": 2})
        self.assertEqual(self.values.take(), ({"b": Stat(2, 2, 2, 1)}, {"b": values.NUMBER}))
        self.assertEqual(self.values.take(), ({}, {}))

    def test_least_most_sum_and_number_are_of_all_that_came(self) -> None:
        for value in (3, -1, 0.5, None, "ab"):
            self.values.add({"a": value})
        self.assertEqual(self.values.take()[0], {"a": Stat(-1, 3, 2.5, 3)})

    def test_two_places_with_one_path_are_one_field(self) -> None:
        self.values.add({"a": {"b": 1}, "a.b": 2})
        self.assertEqual(self.values.take()[0], {"a.b": Stat(1, 2, 3, 2)})

    def test_ever_new_keys_fill_no_memory_and_known_ones_still_count(self) -> None:
        with patch.object(values, "MAX_FIELDS", 10):
            for run in range(50):
                for i in range(20):
                    self.values.add({"known": run, "by": {f"id-{run}-{i}": i}})
                stats, _ = self.values.take()
                self.assertEqual(list(stats), ["known", *(f"by.id-{run}-{i}" for i in range(9))])
                self.assertEqual(stats["known"], Stat(run, run, run * 20, 20))
                self.assertLessEqual(self.values._nodes, 20)

    def test_fields_of_earlier_ticks_give_way(self) -> None:
        for run in "abc":
            self.values.add({f"{run}{i}": {"x": i} for i in range(values.MAX_FIELDS)})
            self.assertEqual(list(self.values.take()[0]), [f"{run}{i}.x" for i in range(values.MAX_FIELDS)])

    def test_a_path_that_is_too_long_is_left_out(self) -> None:
        half = "ä" * (values.MAX_PATH // 2)
        self.values.add({"a" * values.MAX_PATH: 1, "b" * (values.MAX_PATH + 1): {"c": 2}, half + "d": 1, "\n" * 201: 1})
        self.assertEqual(list(self.values.take()[0]), ["a" * values.MAX_PATH])
