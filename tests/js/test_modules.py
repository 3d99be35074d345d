from __future__ import annotations

import gzip

import pytest

from tests.js.modules import ModuleCase


@pytest.mark.browser
class GunzipTest(ModuleCase):
    def unpack(self, packed: bytes) -> str:
        body = """
            const bytes = Uint8Array.from(arg);
            return gunzip(bytes, 100000).catch((error) => `refused: ${error.constructor.name}`);
        """
        unpacked: str = self.run_js("{ gunzip } from feed/gunzip.js", body, list(packed))
        return unpacked

    def test_one_member_is_unpacked(self) -> None:
        self.assertEqual(self.unpack(gzip.compress("größer".encode())), "größer")

    def test_damage_is_refused_and_leaves_no_unhandled_error(self) -> None:
        good = gzip.compress(b"x" * 5000)
        for name, packed in {
            "no gzip": b"hello",
            "cut": good[:-6],
            "wrong checksum": good[:-8] + b"\0\0\0\0" + good[-4:],
            "something behind it": good + b"!",
            "not UTF-8": gzip.compress(b"\xff\xfe"),
        }.items():
            with self.subTest(name):
                self.assertEqual(self.unpack(packed), "refused: TypeError")
        self.page.wait_for_timeout(50)
        self.assertEqual(self.errors, [])

    def test_a_bomb_is_refused(self) -> None:
        self.assertEqual(self.unpack(gzip.compress(b"0" * 2_000_000)), "refused: RangeError")


@pytest.mark.browser
class RingTest(ModuleCase):
    def rows(self, body: str) -> list[list[float | None]]:
        show = "const show = (since) => ring.view([a, b], since).map((part) => [...part]);"
        make = "const ring = new Ring(8, 8); const a = ring.addColumn(); const b = ring.addColumn();"
        found: list[list[float | None]] = self.run_js("{ Ring } from data/ring.js", f"{make} {show} {body}")
        return found

    def test_it_keeps_the_newest_rows_in_order(self) -> None:
        body = "for (let i = 0; i < 30; i += 2) ring.push(i, [i, -i]); return show(0);"
        newest = list(range(14, 30, 2))
        self.assertEqual(self.rows(body), [newest, newest, [-x for x in newest]])
        self.assertEqual(self.rows(body.replace("show(0)", "show(25)"))[0], [26, 28])

    def test_a_missing_value_is_null(self) -> None:
        body = "for (let i = 0; i < 6; i += 2) ring.push(i, [i, i === 2 ? NaN : 1]); return show(0);"
        self.assertEqual(self.rows(body), [[0, 2, 4], [0, 2, 4], [1, None, 1]])

    def test_a_fast_stream_keeps_its_span_and_its_peaks(self) -> None:
        body = "for (let i = 0; i < 400; i += 1) ring.push(i / 50, [i === 333 ? 99 : 1, i]); return show(0);"
        times, values, _ = self.rows(body)
        assert times[-1] is not None
        assert times[0] is not None
        self.assertGreater(times[-1] - times[0], 5)
        self.assertEqual((len(times), max(v or 0 for v in values)), (8, 99))

    def test_a_clock_set_back_unwinds_the_rows_after_it(self) -> None:
        fill = "for (let i = 0; i < 10; i += 2) ring.push(i, [i, NaN]);"
        rows = self.rows(f"{fill} ring.truncate(5); ring.push(5, [7, 8]); return show(0);")
        self.assertEqual(rows, [[0, 2, 4, 5], [0, 2, 4, 7], [None, None, None, 8]])


@pytest.mark.browser
class StoreTest(ModuleCase):
    def gaps(self, body: str) -> list[tuple[float, float, str]]:
        make = """
            const store = new Store(300);
            store.watch([{ pattern: "v" }]);
            const tick = (ts) => store.add({ t: ts, ts, v: 1 });
            for (let i = 100; i < 120; i += 1) tick(i);
        """
        end = "return store.gaps(0).map(({ from, to, reason }) => [from, to, reason]);"
        return [tuple(gap) for gap in self.run_js("{ Store } from data/store.js", f"{make} {body} {end}")]

    def test_silence_is_a_gap_by_the_learned_interval(self) -> None:
        self.assertEqual(self.gaps("tick(121); tick(122); tick(126);"), [(122, 126, "silent")])

    def test_a_hole_that_the_server_names_is_a_gap_however_short(self) -> None:
        self.assertEqual(self.gaps("store.breakOff('lost'); tick(120); tick(121);"), [(119, 120, "lost")])

    def test_a_clock_set_back_is_a_gap(self) -> None:
        self.assertEqual(self.gaps("tick(110);"), [(109, 110, "clock")])

    def test_a_slower_stream_is_learned(self) -> None:
        many = "for (let i = 130; i < 530; i += 10) tick(i);"
        self.assertLess(len(self.gaps(many)), 15)


@pytest.mark.browser
class HealthTest(ModuleCase):
    def judge(self, **changed: object) -> str:
        facts: dict[str, object] = {
            "link": "live",
            "downS": 0,
            "greeted": True,
            "hasTick": True,
            "quietS": 0.5,
            "intervalS": 1,
            "paused": False,
        }
        state: str = self.run_js("{ judge } from fresh/health.js", "return judge(arg);", facts | changed)
        return state

    def test_states(self) -> None:
        for facts, state in (
            ({}, "live"),
            ({"quietS": 2.1}, "slow"),
            ({"quietS": 5.1}, "stale"),
            ({"quietS": 25, "intervalS": 10}, "slow"),
            ({"quietS": 51, "intervalS": 10}, "stale"),
            ({"quietS": 0.9, "intervalS": 0.001}, "live"),
            ({"paused": True}, "paused"),
            ({"paused": True, "quietS": 6}, "stale"),
            ({"link": "waiting", "downS": 1.9}, "live"),
            ({"link": "waiting", "downS": 2.1}, "offline"),
            ({"link": "connecting", "downS": 60}, "offline"),
            ({"link": "stopped"}, "offline"),
            ({"hasTick": False}, "empty"),
            ({"greeted": False, "link": "connecting", "hasTick": False}, "connecting"),
        ):
            with self.subTest(facts):
                self.assertEqual(self.judge(**facts), state)


@pytest.mark.browser
class UnitsTest(ModuleCase):
    def test_quantities(self) -> None:
        write = "const scale = scaleFor(...arg); return [number(arg[1], scale), scale.suffix].join(' ').trimEnd();"
        for unit, value, digits, written in (
            ("%", 12.345, 1, "12.3 %"),
            ("B", 1536, None, "1.50 KiB"),
            ("B", 16 * 2**30, None, "16.0 GiB"),
            ("B/s", 999, None, "999 B/s"),
            ("bits", 125_000, None, "1.00 Mb/s"),
            ("bits", 0, None, "0 b/s"),
            ("", 0.5, 2, "0.50"),
            ("", 999_999, None, "1.00 M"),
            ("", -46_589, None, "−46.6 k"),
            ("°C", 45.4, None, "45 °C"),
        ):
            with self.subTest(unit=unit, value=value):
                argument = [unit, value] if digits is None else [unit, value, digits]
                self.assertEqual(self.run_js("{ scaleFor, number } from look/units.js", write, argument), written)
