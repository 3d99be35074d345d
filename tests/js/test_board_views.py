from __future__ import annotations

from typing import Any

from tests.js.views import ViewCase

BARS = "{ StateBars } from board/states/statebar.js"
TABLE = "{ ObjectTable } from board/objects/objects.js"


class BoardViewsTest(ViewCase):
    """All in one class, for one browser."""

    def bars(self, body: str, argument: Any = None) -> Any:
        self.view, self.made = BARS, "new StateBars('States')"
        show = """
            const { MIXED } = await import("/static/ticks/data/runs.js");
            const run = (from, to, value) => ({ from, to, value });
            const rows = [
              { label: "open", runs: [run(0, 40, true), run(40, 100, false)], now: false },
              { label: "mode", runs: [run(0, 50, "on"), run(60, 100, MIXED)], now: "on" },
              { label: "none", runs: [], now: null },
            ];
            view.show(rows, { from: 0, to: 100, gaps: [{ from: 50, to: 60, reason: "silent" }] });
            const words = () => texts(".state-word");
        """
        return self.see(show + body, argument)

    def table(self, body: str, argument: Any = None) -> Any:
        self.view, self.made = TABLE, "new ObjectTable('Agents')"
        cells = "const cells = () => [...host.querySelectorAll('tbody tr:not([hidden])')].map("
        cells += "(row) => [...row.children].map((cell) => cell.textContent));"
        return self.see(cells + body, argument)

    def test_a_bar_says_its_present_value_in_words(self) -> None:
        body = "return [texts('.state-label'), words(), host.querySelector('.state-rows').getAttribute('aria-label')];"
        labels, words, spoken = self.bars(body)
        self.assertEqual((labels, words), (["open", "mode", "none"], ["false", "on", "–"]))
        self.assertEqual(spoken, "States: open false, mode on, none no data")

    def test_the_cursor_shows_the_values_of_its_time_and_none_over_a_gap(self) -> None:
        body = """
            const line = host.querySelector(".state-cursor");
            const at = (x) => { view.point(x); return [...words(), line.hidden]; };
            return [at(10), at(55), at(80), at(null)];
        """
        self.assertEqual(
            self.bars(body),
            [
                ["true", "on", "no data", False],
                ["no data", "no data", "no data", False],
                ["false", "several", "no data", False],
                ["false", "on", "–", True],
            ],
        )

    def test_true_is_filled_false_is_hollow_mixed_is_striped_and_a_gap_is_empty(self) -> None:
        body = """
            const [open, mode] = host.querySelectorAll("canvas");
            const at = (canvas, part) => pixel(canvas, Math.round(part * canvas.width), 4);
            const stripes = Array.from({ length: 12 }, (_, i) => pixel(mode, Math.round(0.8 * mode.width) + i, 9)[3]);
            const solid = [at(open, 0.3), at(open, 0.95), at(open, 0.55), at(mode, 0.3)];
            return [...solid, Math.min(...stripes), Math.max(...stripes)];
        """
        true, false, gap, on, lightest, darkest = self.bars(body)
        self.assertEqual(true, [31, 111, 214, 255])
        self.assertEqual(false, [0, 0, 0, 0])
        self.assertLess(gap[3], 60)
        self.assertEqual(on[3], 255)
        self.assertLess(lightest, darkest)

    def test_a_short_run_keeps_a_pixel_and_many_in_one_pixel_are_mixed(self) -> None:
        body = """
            const { MIXED } = await import("/static/ticks/data/runs.js");
            const runs = (some) => some.map(([from, to, value]) => ({ from, to, value }));
            const shown = (some) => segments(runs(some), { from: 0, to: 100 }, 100)
              .map(({ left, right, value }) => [left, right, value === MIXED ? "MIXED" : value]);
            return arg.map(shown);
        """
        runs: Any = [
            [[-50, 40, "a"], [40, 40.1, "b"], [40.1, 150, "a"]],
            [[0, 40, "a"], [40, 40.1, "b"], [40.1, 40.2, "a"], [40.2, 60, "b"]],
            [[0, 100, "a"], [100, 100, "b"]],
            [[-9, -1, "a"], [200, 201, "b"]],
        ]
        self.assertEqual(
            self.run_js("{ segments } from board/states/segments.js", body, runs),
            [
                [[0, 40, "a"], [40, 41, "b"], [41, 100, "a"]],
                [[0, 40, "a"], [40, 41, "MIXED"], [41, 60, "b"]],
                [[0, 99, "a"], [99, 100, "b"]],
                [],
            ],
        )

    def test_no_run_reaches_into_a_gap(self) -> None:
        body = "return outside(arg[0], arg[1]).map(({ from, to }) => [from, to]);"
        runs = [
            {"from": 0, "to": 10, "value": 1},
            {"from": 15, "to": 15, "value": 2},
            {"from": 20, "to": 90, "value": 1},
        ]
        gaps = [{"from": 10, "to": 20}, {"from": 30, "to": 40}, {"from": 50, "to": 60}]
        found = self.run_js("{ outside } from board/states/segments.js", body, [runs, gaps])
        self.assertEqual(found, [[0, 10], [20, 30], [40, 50], [60, 90]])

    def test_many_rows_scroll_in_a_place_of_the_same_size(self) -> None:
        body = """
            const before = view.root.getBoundingClientRect().height;
            const many = Array.from({ length: 50 }, (_, i) => ({ label: `field ${i}`, runs: [], now: i }));
            view.show(many, { from: 0, to: 100, gaps: [] });
            const list = host.querySelector(".state-rows");
            const after = view.root.getBoundingClientRect().height;
            return [before, after, words().length, list.scrollHeight > list.clientHeight];
        """
        self.assertEqual(self.bars(body), [180, 180, 50, True])

    def test_a_pointer_over_the_bars_tells_its_time(self) -> None:
        self.bars("window.told = []; view.onHover = (x) => told.push(x === null ? null : Math.round(x));")
        box = self.page.locator(".state-bar").first.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 5)
        self.page.mouse.move(box["x"] - 20, box["y"] + 5)
        self.page.mouse.move(5, 400)
        told = self.page.evaluate("told")
        self.assertAlmostEqual(told[0], 25, delta=1)
        self.assertEqual(told[1:], [None, None])

    def test_bars_and_map_take_the_colours_of_another_theme(self) -> None:
        body = """
            const { onTheme } = await import("/static/ticks/look/colors.js");
            const canvas = host.querySelector("canvas");
            const before = pixel(canvas, 9, 4);
            onTheme(() => view.recolor());
            document.documentElement.dataset.theme = "dark";
            document.dispatchEvent(new Event("themechange"));
            return [before, pixel(canvas, 9, 4), getComputedStyle(host.querySelector(".state-swatch")).color];
        """
        self.assertEqual(self.bars(body), [[31, 111, 214, 255], [90, 162, 247, 255], "rgb(90, 162, 247)"])

    def test_a_table_finds_its_columns_and_writes_their_values(self) -> None:
        items: Any = [
            {
                "name": "a",
                "at": {"x": 1.5, "y": -20},
                "tags": [1, 2],
                "up": True,
                "pid": 12345,
                "bytes": 12345,
                "s": "text",
            },
            {"name": "<b>b</b>", "at": {"x": 2.25}, "up": False, "none": None, "late": "<i>", "s": {"length": 3}},
        ]
        body = "view.show(arg); return [texts('thead button span:first-child'), cells(), texts('.objects-foot')];"
        heads, cells, foot = self.table(body, items)
        self.assertEqual(heads, ["name", "at.x", "at.y", "tags, count", "up", "pid", "bytes", "s", "late", "s.length"])
        self.assertEqual(cells[0], ["a", "1.50", "−20", "2", "true", "12345", "12,345", "text", "–", "–"])
        self.assertEqual(cells[1], ["<b>b</b>", "2.25", "–", "–", "false", "–", "–", "{…}", "<i>", "3"])
        self.assertEqual(foot, ["2 rows"])

    def test_a_table_changes_only_the_texts_that_changed(self) -> None:
        body = """
            const items = (x) => Array.from({ length: 5 }, (_, i) => ({ name: `n${i}`, x: i === 2 ? x : 1.25, y: i }));
            view.show(items(1));
            const changes = [];
            const watcher = new MutationObserver((found) => changes.push(...found));
            const all = { childList: true, characterData: true, attributes: true, subtree: true };
            watcher.observe(host.querySelector("tbody"), all);
            view.show(items(2));
            changes.push(...watcher.takeRecords());
            return [changes.map(({ type, target }) => [type, target.textContent]), cells()[2]];
        """
        self.assertEqual(self.table(body), [[["characterData", "2.00"]], ["n2", "2.00", "2"]])

    def test_a_table_stays_sorted_as_it_was_asked_for(self) -> None:
        body = """
            const make = (energies) => energies.map((energy, i) => ({ name: `n${i}`, energy }));
            const button = (i) => host.querySelectorAll("thead button")[i];
            const names = () => cells().map(([name]) => name).join(" ");
            const orders = () => [...host.querySelectorAll("thead th")].map((head) => head.getAttribute("aria-sort"));
            view.show(make([2, null, 3, 2]));
            const seen = [[names(), ...orders()]];
            for (let click = 0; click < 3; click += 1) {
              button(1).click();
              seen.push([names(), ...orders()]);
            }
            button(1).click();
            view.show(make([1, 7, null, 5]));
            return [...seen, [names(), ...orders()]];
        """
        self.assertEqual(
            self.table(body),
            [
                ["n0 n1 n2 n3", "none", "none"],
                ["n2 n0 n3 n1", "none", "descending"],
                ["n0 n3 n2 n1", "none", "ascending"],
                ["n0 n1 n2 n3", "none", "none"],
                ["n1 n3 n0 n2", "none", "descending"],
            ],
        )

    def test_a_table_is_bounded_and_says_what_it_leaves_out(self) -> None:
        body = """
            const wide = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, i]));
            view.show(Array.from({ length: 1234 }, () => wide));
            const size = [cells().length, cells()[0].length, view.root.getBoundingClientRect().height];
            view.show([wide]);
            const one = [cells().length, host.querySelectorAll("tbody tr").length];
            const foot = texts(".objects-foot");
            view.show(null);
            return [size, one, foot, cells().length, texts(".objects-foot")];
        """
        size, one, foot, rows, empty = self.table(body)
        self.assertEqual((size, one), ([200, 24, 180], [1, 200]))
        self.assertEqual(foot, ["1 row · and 6 more columns"])
        self.assertEqual((rows, empty), (0, ["no data"]))
        said = self.page.evaluate(
            "view.show(Array.from({ length: 1234 }, () => ({}))), view.root.lastChild.textContent"
        )
        self.assertEqual(said, "1,234 rows, 200 shown and 1,034 more · and 6 more columns")

    def test_rows_out_of_sight_are_at_hand_when_one_scrolls_and_never_old(self) -> None:
        body = """
            const items = (x) => Array.from({ length: 100 }, (_, i) => ({ i, x }));
            view.show(items(0));
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            view.show(items(1));
            const xs = () => cells().map(([, x]) => x);
            const box = host.querySelector(".objects-box");
            const scrolled = new Promise((done) => box.addEventListener("scroll", () => setTimeout(done)));
            const first = xs();
            box.scrollTop = 50 * 22;
            await scrolled;
            const then = xs();
            for (let i = 0; i < 10; i += 1) view.show(items(2));
            return [first[0], first.filter((x) => x === "0").length > 50, then[52], new Set(xs()).size];
        """
        self.assertEqual(self.table(body), ["1", True, "1", 1])
