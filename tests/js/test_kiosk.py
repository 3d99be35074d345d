"""The parts of the kiosk's page, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.modules import ModuleCase


@pytest.mark.browser
class WallTest(ModuleCase):
    def lay(self, tall: list[bool], width: int, height: int) -> dict[str, Any]:
        lay = "return layOut(arg.tall, arg);"
        argument = {"tall": tall, "width": width, "height": height}
        wall: dict[str, Any] = self.run_js("{ layOut } from kiosk/wall.js", lay, argument)
        return wall

    def test_all_stand_there_while_they_fit_and_fill_it(self) -> None:
        for count in (1, 2, 4, 6, 9, 12, 24):
            wall = self.lay([False] * count, 1920, 900)
            self.assertNotIn(None, wall["places"])
            self.assertEqual(wall["columns"] * wall["rows"], count)

    def test_on_a_small_screen_the_first_ones_do(self) -> None:
        wall = self.lay([False] * 9, 390, 620)
        self.assertEqual((wall["columns"], wall["rows"]), (1, 4))
        self.assertEqual([place and place["row"] for place in wall["places"]], [0, 1, 2, 3, *[None] * 5])

    def test_no_place_is_smaller_than_a_chart_can_be_read_in(self) -> None:
        for count in (3, 17, 100):
            for width, height in ((1280, 700), (1920, 1000), (700, 390), (320, 480)):
                wall = self.lay([False] * count, width, height)
                self.assertGreaterEqual(width / wall["columns"], min(300, width))
                self.assertGreaterEqual(height / wall["rows"], min(150, height))

    def test_one_place_there_always_is(self) -> None:
        self.assertEqual(
            self.lay([False, True], 200, 90)["places"], [{"column": 0, "row": 0, "span": 1, "wide": 1}, None]
        )

    def test_high_ones_take_two_places_below_each_other_and_none_overlap(self) -> None:
        wall = self.lay([False, True, False, True, False], 1280, 700)
        self.assertEqual([place["span"] for place in wall["places"]], [1, 2, 1, 2, 1])
        taken = self.taken(wall)
        self.assertEqual(len(set(taken)), len(taken))
        self.assertLess(max(row for _, row in taken), wall["rows"])
        self.assertLess(max(column for column, _ in taken), wall["columns"])

    def test_what_stands_beside_empty_places_takes_these_too(self) -> None:
        for tall in ([False] * 7, [False] * 11, [False] * 4 + [True, True, False, False]):
            wall = self.lay(tall, 1280, 610)
            self.assertEqual(len(set(self.taken(wall))), wall["columns"] * wall["rows"], wall)
            self.assertGreater(len(self.taken(wall)), len(tall) + sum(tall))

    def taken(self, wall: dict[str, Any]) -> list[tuple[int, int]]:
        """Columns and rows of all places that a card takes."""
        return [
            (place["column"] + right, place["row"] + down)
            for place in wall["places"]
            for down in range(place["span"])
            for right in range(place["wide"])
        ]

    def test_no_cards_are_no_fault(self) -> None:
        self.assertEqual(self.lay([], 800, 600)["places"], [])


@pytest.mark.browser
class PointerTest(ModuleCase):
    def test_it_hides_while_it_rests_and_is_there_when_it_moves(self) -> None:
        self.page.clock.install()
        self.run_js("{ hidePointer } from kiosk/idle.js", "hidePointer(document.documentElement);")
        is_idle = "document.documentElement.className === 'is-idle'"
        self.assertFalse(self.page.evaluate(is_idle))
        self.page.clock.fast_forward(3100)
        self.assertTrue(self.page.evaluate(is_idle))
        self.page.mouse.move(10, 10)
        self.assertFalse(self.page.evaluate(is_idle))
