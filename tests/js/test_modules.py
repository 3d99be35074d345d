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
            ("s", 0.25, None, "0.250 s"),
            ("s", 73_026, None, "20.3 h"),
        ):
            with self.subTest(unit=unit, value=value):
                argument = [unit, value] if digits is None else [unit, value, digits]
                self.assertEqual(self.run_js("{ scaleFor, number } from look/units.js", write, argument), written)
