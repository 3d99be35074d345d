"""What the dashboard keeps of a stream: fields, cards, tracks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.modules import ModuleCase

TICK = {
    "t": 1,
    "ts": 1.0,
    "energy": 1.5,
    "on": True,
    "mood": "calm",
    "story": "x" * 65,
    "cpu": {"percent": 5, "user": 3, "cores": [1, 2], "load_ms": 4},
    "disks": {"/": {"used": 1, "percent": 9}, "/mnt/a.b": {"used": 2, "percent": 8}},
    "load": {"m1": 1, "m5": 2, "p": 3},
    "agents": [{"x": 1, "y": 2}],
    "names": ["a", "b"],
    "nothing": None,
}


@pytest.mark.browser
class FieldsTest(ModuleCase):
    def learn(self, body: str, argument: Any = None) -> Any:
        return self.run_js("{ Fields } from data/fields.js", body, argument)

    def test_every_value_of_a_tick_is_a_field_by_its_kind(self) -> None:
        body = """
            const fields = new Fields({});
            fields.learn(arg);
            return fields.list.map(({ path, kind, group }) => [path, kind, group]);
        """
        self.assertEqual(
            self.learn(body, TICK),
            [
                ["energy", "number", ""],
                ["on", "boolean", ""],
                ["mood", "text", ""],
                ["cpu.percent", "number", "cpu"],
                ["cpu.user", "number", "cpu"],
                ["cpu.cores.0", "number", "cpu"],
                ["cpu.cores.1", "number", "cpu"],
                ["cpu.load_ms", "number", "cpu"],
                ["disks./.used", "number", "disks"],
                ["disks./.percent", "number", "disks"],
                ["disks./mnt/a.b.used", "number", "disks"],
                ["disks./mnt/a.b.percent", "number", "disks"],
                ["load.m1", "number", "load"],
                ["load.m5", "number", "load"],
                ["load.p", "number", "load"],
                ["agents.length", "number", "agents"],
                ["agents", "objects", "agents"],
                ["names.length", "number", "names"],
            ],
        )

    def test_units_and_labels_are_as_declared_or_told_from_the_name(self) -> None:
        body = """
            const fields = new Fields({ "cpu.percent": { unit: "%", label: "CPU" }, "disks.*.used": { unit: "B" } });
            fields.learn(arg);
            const told = (path) => [fields.get(path).unit, fields.get(path).label];
            return ["cpu.percent", "cpu.load_ms", "disks./mnt/a.b.used", "agents.length", "energy"].map(told);
        """
        expected = [
            ["%", "CPU"],
            ["ms", "CPU load"],
            ["B", "Disks /mnt/a.b used"],
            ["", "Agents, number"],
            ["", "Energy"],
        ]
        self.assertEqual(self.learn(body, TICK), expected)

    def test_a_name_tells_its_unit_only_where_it_is_sure(self) -> None:
        names = {
            "uptime_s": "s",
            "rx_bytes": "B",
            "rx_bytes_per_s": "B/s",
            "percent": "%",
            "mem_pct": "%",
            "errors_per_second": "1/s",
            "s": "",
            "status": "",
            "x": "",
            "a": "",
            "supply_volts": "V",
        }
        body = "return Object.fromEntries(arg.map((name) => [name, guessUnit(name)]));"
        self.assertEqual(self.run_js("{ guessUnit } from data/names.js", body, list(names)), names)

    def test_what_is_stored_comes_behind_what_ticks_have(self) -> None:
        body = """
            const fields = new Fields({});
            const typeOf = (path) => (path.endsWith("h") ? "length" : "number");
            const stored = ["a", "cpu.user", "z.length"].map((path) => ({ path, type: typeOf(path) }));
            fields.learnStored([...stored, { path: "mood", type: "text" }]);
            const before = fields.version;
            fields.learn({ t: 1, ts: 1, cpu: { user: 1 }, b: 2 });
            return [before, fields.version, fields.list.map(({ path }) => path)];
        """
        self.assertEqual(self.learn(body), [4, 7, ["cpu.user", "b", "a", "z.length", "mood"]])

    def test_a_stored_text_is_a_field_until_it_is_found_to_be_long_and_what_cant_be_asked_for_is_none(self) -> None:
        body = """
            const fields = new Fields({});
            fields.learnStored(["mood", "story", ""].map((path) => ({ path, type: "text" })));
            const paths = () => fields.list.map(({ path }) => path).join(" ");
            const before = paths();
            fields.learn({ t: 1, ts: 1, mood: null, story: arg, "": 1, a: { "": 2 } });
            fields.learnStored([{ path: "story", type: "text" }]);
            return [before, paths()];
        """
        self.assertEqual(self.learn(body, "x" * 65), ["mood story", "mood"])

    def test_a_value_is_found_by_its_path_where_keys_hold_dots_and_texts_have_no_parts(self) -> None:
        body = """
            const tick = { "some.dotted": 1, a: { "b.c": 2, b: { d: 3 } }, list: [4, 5], word: "hello", none: null };
            const own = ["some.dotted", "a.b.c", "a.b.d", "list.1", "list.length"];
            const found = [...own, "word.length", "none.x", "toString", "a.b"];
            const values = found.map((path) => valueAt(tick, path.split(".")));
            return values.map((value) => (value === undefined ? "nothing" : value));
        """
        found = [1, 2, 3, 5, 2, "nothing", "nothing", "nothing", {"d": 3}]
        self.assertEqual(self.run_js("{ valueAt } from data/paths.js", body), found)

    def test_paths_are_listed_with_commas_and_as_json_where_one_has_a_comma(self) -> None:
        body = "return [['a', 'b.c'], ['a', 'com,ma'], ['[x']].map(listed);"
        told = ["a,b.c", '["a","com,ma"]', '["[x"]']
        self.assertEqual(self.run_js("{ listed } from feed/listed.js", body), told)


@pytest.mark.browser
class PanelsTest(ModuleCase):
    def panels(self, tick: dict[str, Any], declared: dict[str, Any]) -> list[Any]:
        body = """
            const { Fields } = await import("/static/ticks/data/fields.js");
            const fields = new Fields(arg.declared);
            fields.learn(arg.tick);
            const labels = (lines) => lines.map(({ label }) => label);
            const told = ({ kind, group, title, unit, lines }) => [kind, group, title, unit, labels(lines)];
            return panelsOf(fields.list).map(told);
        """
        found: list[Any] = self.run_js("{ panelsOf } from data/panels.js", body, {"tick": tick, "declared": declared})
        return found

    def test_a_card_that_is_full_has_a_second_one(self) -> None:
        found = self.panels({"t": 1, "ts": 1, "cells": list(range(50))}, {})
        self.assertEqual([(title, len(labels)) for _, _, title, _, labels in found], [("Cells", 32), ("Cells (2)", 18)])

    def test_what_belongs_together_shares_a_card(self) -> None:
        declared = {
            **{f"cpu.{name}": {"unit": "%", "label": f"CPU {name}"} for name in ("percent", "user", "cores.*")},
            "disks.*.used": {"unit": "B", "label": "Disk used"},
        }
        self.assertEqual(
            self.panels(TICK, declared),
            [
                ["chart", "", "Energy", "", ["energy"]],
                ["states", "", "The stream's states", "", ["on", "mood"]],
                ["chart", "cpu", "CPU", "%", ["percent", "user"]],
                ["chart", "cpu", "CPU cores.*", "%", ["0", "1"]],
                ["chart", "cpu", "CPU load", "ms", ["load ms"]],
                ["chart", "disks", "Disk used", "B", ["/", "/mnt/a.b"]],
                ["chart", "disks", "Disks percent", "%", ["/", "/mnt/a.b"]],
                ["chart", "load", "Load", "", ["m1", "m5"]],
                ["chart", "load", "Load p", "", ["p"]],
                ["chart", "agents", "Agents, number", "", ["number"]],
                ["objects", "agents", "Agents", "", ["Agents"]],
                ["chart", "names", "Names, number", "", ["number"]],
            ],
        )

    def test_what_goes_over_a_network_is_told_in_bits(self) -> None:
        declared = {"network.recv_bps": {"unit": "B/s"}, "disk.read_bps": {"unit": "B/s"}}
        told = self.panels({"network": {"recv_bps": 1}, "disk": {"read_bps": 1}}, declared)
        self.assertEqual([unit for _, _, _, unit, _ in told], ["bits", "B/s"])


@pytest.mark.browser
class TrackTest(ModuleCase):
    def run_track(self, body: str, argument: Any = None) -> Any:
        make = """
            const track = new Track({ origin: 0, width: 1, capacity: 8, fields: 2 });
            const rows = (from = -1, to = 1e9) => {
              const { x, min, mean, max, count } = track.view(from, to);
              return [...x].map((at, i) => [at, ...[min, mean, max, count].map((stat) => stat[0][i])]);
            };
        """
        return self.run_js("{ Track } from data/track.js", make + body, argument)

    def test_a_bucket_with_one_tick_is_that_tick_and_others_have_their_extremes(self) -> None:
        body = (
            "for (const [ts, v] of [[0.25, 5], [1.25, 1], [1.5, 4], [1.75, 1]]) track.add(ts, [v, v]); return rows();"
        )
        self.assertEqual(self.run_track(body), [[0.25, 5, 5, 5, 1], [1.5, 1, 2, 4, 3]])

    def test_it_keeps_the_newest_rows_in_one_piece(self) -> None:
        body = (
            "for (let i = 0; i < 100; i += 1) track.add(i + 0.5, [i, -i]); return [track.size, rows().map(([x]) => x)];"
        )
        self.assertEqual(self.run_track(body), [8, [i + 0.5 for i in range(92, 100)]])

    def test_a_missing_value_is_none_and_the_others_count(self) -> None:
        body = """
            track.add(0, [NaN, 1]);
            track.add(1, [2, NaN]);
            return track.view(-1, 9).min.map((values) => [...values].map(String));
        """
        self.assertEqual(self.run_track(body), [["NaN", "2"], ["1", "NaN"]])

    def test_live_ticks_go_on_in_the_bucket_that_was_read(self) -> None:
        body = """
            const column = { min: [1, null, 3], max: [2, null, 5], mean: [1.5, null, 4], count: [2, 0, 4] };
            track.addSeries({ start: 0, width: 1, columns: [column, undefined] });
            track.add(2.9, [9, 1]);
            track.add(3.1, [7, 1]);
            return rows();
        """
        self.assertEqual(self.run_track(body), [[0.5, 1, 1.5, 2, 2], [2.5, 3, 5, 9, 5], [3.1, 7, 7, 7, 1]])

    def test_where_nothing_came_for_long_there_is_a_hole(self) -> None:
        body = """
            for (const ts of [0.5, 1.5, 2.5, 6.5]) track.add(ts, [1, 1]);
            track.breakOff();
            track.add(6.6, [1, 1]);
            const holes = (patience) => track.holes(track.view(0, 10), patience).map(({ from, to }) => [from, to]);
            return [2, 10].map(holes);
        """
        self.assertEqual(self.run_track(body), [[[2.5, 6.5], [6.5, 6.6]], [[6.5, 6.6]]])

    def test_an_empty_bucket_is_a_hole_where_buckets_are_longer_than_any_rest(self) -> None:
        body = """
            const column = { min: [1, 1, null, 1], max: [1, 1, null, 1], mean: [1, 1, null, 1], count: [9, 9, 0, 9] };
            track.addSeries({ start: 0, width: 1, columns: [column, undefined] });
            return track.holes(track.view(0, 10), 0.1).map(({ from, to }) => [from, to]);
        """
        self.assertEqual(self.run_track(body), [[1.5, 3.5]])

    def test_a_clock_set_back_unwinds_the_rows_after_it(self) -> None:
        body = """
            for (let i = 0; i < 5; i += 1) track.add(i, [i, i]);
            track.truncate(2);
            track.add(2, [9, 9]);
            return [rows().map(([x, least]) => [x, least]), track.holes(track.view(0, 9), 5).length];
        """
        self.assertEqual(self.run_track(body), [[[0, 0], [1, 1], [2, 9]], 1])

    def test_a_view_has_the_row_on_either_side(self) -> None:
        body = "for (let i = 0; i < 8; i += 1) track.add(i, [i, i]); return rows(2.5, 4.5).map(([x]) => x);"
        self.assertEqual(self.run_track(body), [2, 3, 4, 5])


@pytest.mark.browser
class GapsTest(ModuleCase):
    def test_each_stretch_without_data_has_its_cause_once(self) -> None:
        body = """
            const { Track } = await import("/static/ticks/data/track.js");
            const track = new Track({ origin: 0, width: 0.1, capacity: 99, fields: 1 });
            for (const ts of [10, 11, 12, 20, 21, 30]) track.add(ts, [1]);
            const known = new Gaps();
            known.add({ from: 12, to: 20, reason: "lost" });
            known.add({ from: 12, to: 20, reason: "lost" });
            const sight = { from: 5, to: 40, patience: 2, known: known.between(5, 40), quiet: "offline" };
            const told = ({ from, to, reason }) => [String(from), String(to), reason];
            return gapsOf(track, track.view(5, 40), sight).map(told);
        """
        self.assertEqual(
            self.run_js("{ Gaps, gapsOf } from data/gaps.js", body),
            [
                ["-Infinity", "10", "unstored"],
                ["12", "20", "lost"],
                ["21", "30", "silent"],
                ["30", "Infinity", "offline"],
            ],
        )
