"""What the dashboard makes of the states that the client has."""

from __future__ import annotations

import pytest

from tests.js.modules import ModuleCase


@pytest.mark.browser
class HiddenTest(ModuleCase):
    def test_a_hidden_tab_is_asleep_and_not_offline(self) -> None:
        facts = {"link": "hidden", "downS": 600, "greeted": True, "hasTick": True, "quietS": 600, "intervalS": 1}
        self.assertEqual(self.run_js("{ judge } from fresh/health.js", "return judge(arg);", facts), "hidden")
        self.assertEqual(self.run_js("{ STATES } from fresh/health.js", "return STATES.hidden.word;"), "asleep")
