"""Lines, states and edges can be told from their ground: 3:1 and more (WCAG 1.4.11), texts 4.5:1, in both themes."""

from __future__ import annotations

import colorsys
import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parent.parent / "static/ticks/styles/colors.css").read_text()
LIGHT, SYSTEM, DARK = (
    dict(re.findall(r"--([\w-]+): ([^;]+);", part)) for part in re.split(r"@media|:root\[data-theme=\"dark\"\]", CSS)
)
THEMES = {"light": LIGHT, "dark": DARK}
GROUNDS = ("surface", "page")


def luminance(color: str) -> float:
    if color.startswith("#"):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    else:
        hue, saturation, lightness = (float(part) for part in re.findall(r"[\d.]+", color))
        parts = list(colorsys.hls_to_rgb(hue / 360, lightness / 100, saturation / 100))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_lines_edges_and_thresholds_are_told_from_their_ground(theme: str) -> None:
    colors = THEMES[theme]
    drawn = [name for name in colors if re.fullmatch(r"series-\d", name)] + ["edge", "threshold", "link", "past"]
    assert len(drawn) == 12
    low = {
        (name, ground): contrast(colors[name], colors[ground])
        for name in drawn
        for ground in GROUNDS
        if contrast(colors[name], colors[ground]) < 3
    }
    assert low == {}


@pytest.mark.parametrize("theme", THEMES)
def test_words_of_states_are_read_on_their_tint(theme: str) -> None:
    colors = THEMES[theme]
    pairs = [(name, f"{name}-tint") for name in ("good", "warn", "bad", "past")] + [("text", "calm-tint")]
    assert {pair for pair in pairs if contrast(colors[pair[0]], colors[pair[1]]) < 4.5} == set()


def test_the_dark_theme_is_the_same_by_the_systems_wish_and_by_the_viewers() -> None:
    assert SYSTEM == DARK
