"""A view of the dashboard in a place of its own, in the real styles."""

from __future__ import annotations

from typing import Any

from tests.js.modules import SITE, ModuleCase

STYLES = ("colors", "monitor", "states", "objects", "map")
HOST = """
    const host = document.body.appendChild(document.createElement("div"));
    host.style.cssText = "width: 600px; height: 180px; margin: 20px;";
    const pixel = (canvas, x, y) => [...canvas.getContext("2d").getImageData(x, y, 1, 1).data];
    const texts = (selector) => [...host.querySelectorAll(selector)].map((node) => node.textContent);
"""


class ViewCase(ModuleCase):
    view = ""
    made = ""

    def setUp(self) -> None:
        super().setUp()
        for style in STYLES:
            self.page.add_style_tag(url=f"{SITE}/static/ticks/styles/{style}.css")

    def see(self, body: str, argument: Any = None) -> Any:
        """The value of `body`, in which `view` is a view in a place of 600 x 180 pixels."""
        found = self.run_js(
            self.view, f"{HOST} const view = window.view = {self.made}; host.append(view.root); {body}", argument
        )
        self.assertEqual(self.errors, [])
        return found
