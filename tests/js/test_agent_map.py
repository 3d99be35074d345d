from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.js.views import ViewCase

MAP = "{ AgentMap } from board/map/agentmap.js"


class AgentMapTest(ViewCase):
    def map(self, body: str, argument: Any = None) -> Any:
        self.view, self.made = MAP, "new AgentMap('Agents')"
        return self.see(body, argument)

    def test_only_objects_with_places_fit_on_a_map(self) -> None:
        good: Any = {"x": 1, "y": -2.5}
        for items, fits in (
            ([good, good], True),
            ([good, {"x": 1}], False),
            ([{"x": "1", "y": 2}], False),
            ([], False),
            (None, False),
            ({"x": 1, "y": 2}, False),
            ([None], False),
        ):
            with self.subTest(items):
                self.assertEqual(self.run_js(MAP, "return AgentMap.fits(arg);", items), fits)

    def test_a_map_has_one_scale_for_both_ways_and_y_goes_up(self) -> None:
        body = """
            const projection = new Projection();
            const cover = (places, now) => {
              projection.cover(places.map(([x, y]) => ({ x, y, item: { x, y } })), now);
              projection.place(600, 180);
              const { frame } = projection;
              const within = (at, begin, length) => at >= begin && at <= begin + length;
              const inside = places.every(([x, y]) => within(projection.left(x), frame.left, frame.width)
                && within(projection.top(y), frame.top, frame.height));
              const [right, up] = [projection.left(1) - projection.left(0), projection.top(0) - projection.top(1)];
              return [Number(right.toFixed(6)), Number(up.toFixed(6)), inside];
            };
            const [small, large] = [[[-10, -10], [10, 10]], [[-100, -10], [10, 90]]];
            return [cover(small, 0), cover(large, 1), ...[2, 11.9, 12.1].map((now) => cover(small, now))];
        """
        small, grown, calm, nearly, shrunk = self.run_js("{ Projection } from board/map/projection.js", body)
        for right, up, inside in (small, grown, calm, nearly, shrunk):
            self.assertEqual((right, inside), (up, True))
        self.assertLess(grown[0], small[0] / 3)
        self.assertEqual((calm, nearly), (grown, grown))
        self.assertEqual(shrunk, small)

    def test_the_most_unlike_places_harm_no_map(self) -> None:
        body = """
            view.show(arg[0]);
            const [, , , dot] = pixel(host.querySelector("canvas"), 318, 85);
            for (const items of arg) view.show(items);
            return [dot, host.querySelector("[role=application]").getAttribute("aria-label")];
        """
        places: Any = [
            [{"x": 1e20, "y": 1e20}],
            [{"x": 1e20, "y": 0}, {"x": 1e20, "y": 1e-20}],
            [{"x": 1.7e308, "y": -1.7e308}, {"x": -1.7e308, "y": 1.7e308}],
            [{"x": 0, "y": 0}, {"x": None, "y": 1}, 5, None],
        ]
        self.assertEqual(self.map(body, places), [255, "Map of Agents: 1 agent; the arrow keys go through them"])

    def test_an_agent_keeps_its_colour_and_a_short_trail_by_its_name(self) -> None:
        body = """
            const crowd = new Crowd();
            const item = (name, x) => ({ name, x, y: 0 });
            crowd.take([item("a", 0), item("b", 0), item("b", 5)]);
            const hue = Object.fromEntries(crowd.agents.map(({ key, hue }) => [key, hue]));
            for (let x = 1; x <= 50; x += 1) crowd.take([item("b", 1), item("a", x)]);
            const [b, a] = crowd.agents;
            const hues = [hue.a === a.hue, hue.b === b.hue, a.hue !== b.hue];
            const trails = [a.trail.length, a.trail.slice(-4), b.trail];
            crowd.take([]);
            crowd.take([item("a", 7)]);
            return [...hues, ...trails, crowd.agents[0].trail];
        """
        found = self.run_js("{ Crowd } from board/map/crowd.js", body)
        self.assertEqual(found, [True, True, True, 40, [49, 0, 50, 0], [0, 0, 1, 0], [7, 0]])

    def test_no_name_covers_another_one_or_a_dot_or_leaves_the_map(self) -> None:
        body = """
            const labels = new Labels({ left: 40, top: 10, width: 300, height: 100 });
            labels.keepFree(180, 50);
            return [labels.take(100, 50, 60, 8, 1), labels.take(100, 52, 30, 8, 1), labels.take(120, 50, 40, 8, 1),
              labels.take(320, 80, 60, 8, 1), labels.take(200, 12, 60, 8, 1)];
        """
        self.assertEqual(self.run_js("{ Labels } from board/map/labels.js", body), [1, -1, 0, -1, 0])

    def test_a_map_draws_sharply_and_nothing_outside_its_frame(self) -> None:
        body = """
            const place = (i) => ({ id: i, x: Math.cos(i) * i, y: Math.sin(i) * i, vx: i, vy: 9 });
            const items = Array.from({ length: 1500 }, (_, i) => place(i));
            view.show(items);
            const close = items.map((item) => ({ ...item, x: item.x / 9, y: item.y / 9 }));
            view.show(close);
            performance.now = () => 1e6;
            view.show(close);
            const canvas = host.querySelector("canvas");
            const { data } = canvas.getContext("2d").getImageData(0, canvas.height - 17, canvas.width, 17);
            const isColoured = (i) => data[i + 3] > 40 && Math.abs(data[i] - data[i + 2]) > 40;
            const colours = [...data.keys()].filter((i) => i % 4 === 0 && isColoured(i));
            const { width, height } = canvas.getBoundingClientRect();
            return [[canvas.width / width, canvas.height / height], colours.length, texts(".map-note")];
        """
        ratio, outside, note = self.map(body)
        self.assertEqual((ratio, outside), ([1, 1], 0))
        self.assertEqual(note, ["1,000 of 1,500 agents drawn"])

    def test_keys_go_through_all_agents_in_order_and_stay_at_the_ends(self) -> None:
        body = """
            const three = ["a", "b", "c"].map((name, i) => ({ name, x: i, y: 0, load: i / 2 }));
            view.show(three);
            const said = [1, 1, 1, 1, -1, -Infinity, -1, Infinity].map((by) => view.go(by));
            view.drop();
            said.push(view.go(-1));
            view.go(-1);
            view.show([three[0], three[2]]);
            said.push(view.go(1));
            view.show([]);
            return [...said, view.go(1)];
        """
        said = self.map(body)
        self.assertEqual(said[0], "a, 1 of 3: name a, x 0, y 0, load 0")
        self.assertEqual([words[:1] for words in said], [*"abccbaac", "c", "c", ""])
        self.assertEqual(said[-2], "c, 2 of 2: name c, x 2, y 0, load 1.0")

    def test_what_keys_choose_is_shown_as_by_the_pointer_until_the_focus_leaves(self) -> None:
        self.map(
            """
            const card = document.body.appendChild(document.createElement("div"));
            card.className = "card";
            card.place = { card: { view } };
            card.append(host, document.createElement("button"));
            view.show([{ name: "west", x: -10, y: 0 }, { name: "east", x: 10, y: 0 }]);
            const { AgentReading } = await import("/static/ticks/reading/agents.js");
            window.said = [];
            new AgentReading({ say: (text) => said.push(text) });
            """
        )
        readout, frame, press = (
            self.page.locator(".map-readout"),
            self.page.locator(".map-frame"),
            self.page.keyboard.press,
        )
        press("Tab")
        expect(frame).to_be_focused()
        press("Shift+ArrowRight")
        expect(readout).to_be_hidden()
        press("End")
        expect(readout.locator(".map-name")).to_have_text("east")
        press("Shift+ArrowLeft")
        expect(readout.locator(".map-name")).to_have_text("west")
        self.assertEqual(
            self.page.evaluate("said"), ["east, 2 of 2: name east, x 10, y 0", "west, 1 of 2: name west, x −10, y 0"]
        )
        press("Escape")
        expect(readout).to_be_hidden()
        expect(frame).to_be_focused()
        press("Home")
        expect(readout).to_be_visible()
        press("Tab")
        expect(readout).to_be_hidden()

    def test_the_pointer_shows_what_is_known_of_an_agent_beside_it(self) -> None:
        self.map(
            """
            view.show([
              { name: "west", x: -10, y: 0, energy: 88.7115, mood: "calm", tags: [1, 2] },
              { name: "east", x: 10, y: 0, energy: 1 },
            ]);
            """
        )
        readout, frame = self.page.locator(".map-readout"), self.page.locator(".map-frame")
        box = frame.bounding_box()
        assert box is not None
        middle = box["y"] + 8 + (180 - 26) / 2
        for name, begin in (("west", 0), ("east", 300)):
            for dot in range(begin, begin + 300, 8):
                self.page.mouse.move(box["x"] + dot, middle)
                if readout.is_visible() and readout.locator(".map-name").inner_text() == name:
                    break
            self.assertEqual(readout.locator(".map-name").inner_text(), name)
            inner = readout.bounding_box()
            assert inner is not None
            left, right = inner["x"] - box["x"], inner["x"] - box["x"] + inner["width"]
            self.assertTrue(left > dot + 9 or right < dot - 9, (name, inner, dot))
            self.assertTrue(left >= 0 and right <= box["width"] and inner["height"] < 180, inner)
        self.page.mouse.move(2, 2)
        self.assertFalse(readout.is_visible())
