from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from tests.api.cases import TicksCase
from tests.support.cases import EPOCH, NEXT_EPOCH

URL = "/api/streams/main/ticks/"


class WalkTest(TicksCase):
    def test_a_walk_by_next_gives_every_tick_once_over_files_hot_log_and_epochs(self) -> None:
        self.keep(1, 2, 3)
        self.keep(4, 5)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.publish(2, 3, 4, prev_t=1, n=2, epoch=NEXT_EPOCH)
        for limit in (1, 2, 3, 100):
            for order, expected in (("asc", [1, 2, 3, 4, 5, 1, 2, 3, 4]), ("desc", [4, 3, 2, 1, 5, 4, 3, 2, 1])):
                ts, gaps = self.walk(f"{URL}?limit={limit}&order={order}")
                self.assertEqual(ts, expected)
                told = [(gap["reason"], gap["epoch"], gap["after_t"], gap["next_t"]) for gap in gaps]
                self.assertEqual(told, [("epoch", NEXT_EPOCH, 5, 1)], (limit, order))

    def test_next_is_null_at_the_end_and_the_walk_goes_on_later_from_where_it_ended(self) -> None:
        self.keep(1, 2)
        page = self.get(f"{URL}?limit=2")
        self.assertEqual((page["next"], page["previous"], page["epoch"], page["next_t"]), (None, None, EPOCH, 2))
        self.keep(3)
        page = self.get(f"{URL}?after={page['epoch']}:{page['next_t']}")
        self.assertEqual([tick["t"] for tick in page["ticks"]], [3])

    def test_ticks_that_arrive_shift_no_page(self) -> None:
        self.keep(1, 2, 3, 4)
        newest = self.get(f"{URL}?limit=2&order=desc")
        self.keep(5, 6)
        self.assertEqual([tick["t"] for tick in self.get(newest["next"])["ticks"]], [2, 1])
        back = self.get(self.get(newest["next"])["previous"])
        self.assertEqual([tick["t"] for tick in back["ticks"]], [4, 3])
        self.assertEqual([tick["t"] for tick in self.get(back["previous"])["ticks"]], [6, 5])

    def test_a_gap_is_told_once_in_either_direction_and_stands_in_its_place_among_lines(self) -> None:
        self.keep(1, 2)
        self.keep(5, 6)
        self.publish(9, 10, prev_t=8, n=9)
        for order in ("asc", "desc"):
            for limit in (1, 2, 100):
                _, gaps = self.walk(f"{URL}?limit={limit}&order={order}")
                holes = sorted((gap["after_t"], gap["next_t"]) for gap in gaps)
                self.assertEqual(holes, [(6, 9)], (order, limit))
        lines = self.answer(f"{URL}?format=jsonl").content.splitlines()
        self.assertEqual([sorted(json.loads(line))[0] for line in lines], ["t"] * 4 + ["gap"] + ["t"] * 2)

    def test_a_range_with_an_end_says_where_that_is(self) -> None:
        self.keep(1, 2, 3, 4, 5)
        for query in (f"before={EPOCH}:3", "to_ts=1003", "limit=2"):
            answer = self.answer(f"{URL}?{query}")
            self.assertEqual((answer.json()["next_t"], answer["X-Ticks-Next"]), (2, f"{EPOCH}:2"), query)

    def test_a_page_is_of_one_epoch(self) -> None:
        self.keep(1, 2, 3)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        for order, epochs in (("asc", [EPOCH, NEXT_EPOCH]), ("desc", [NEXT_EPOCH, EPOCH])):
            first = self.get(f"{URL}?order={order}")
            second = self.get(first["next"])
            self.assertEqual([page["epoch"] for page in (first, second)], epochs)
            self.assertEqual(([], 1, None), (first["gaps"], len(second["gaps"]), second["next"]))

    def test_numbers_before_the_first_tick_are_no_gap(self) -> None:
        self.publish(7, 8, prev_t=6, n=1)
        for query in ("", f"after={EPOCH}:0", f"after={EPOCH}:3", "order=desc"):
            self.assertEqual(self.get(f"{URL}?{query}")["gaps"], [], query)

    def test_links_keep_what_times_and_places_meant(self) -> None:
        self.keep(1, 2, 3, at=2e9)
        page = self.get(f"{URL}?limit=1&from_ts=-3600&after=1&to_ts=2040-01-01T00:00:00Z")
        query = parse_qs(urlsplit(page["next"]).query)
        self.assertEqual(query["after"], [f"{EPOCH}:1"])
        self.assertGreater(float(query["from_ts"][0]), 1.7e9)
        self.assertEqual(query["to_ts"], ["2208988800.0"])
        self.assertEqual(query["cursor"], [f"after:{EPOCH}:2"])
        self.assertEqual([tick["t"] for tick in self.get(page["next"])["ticks"]], [3])


class FiltersTest(TicksCase):
    def ts(self, query: str) -> list[int]:
        return self.walk(f"{URL}?{query}")[0]

    def test_ticks_are_filtered_by_place(self) -> None:
        self.keep(1, 2, 3, 4, 5)
        self.keep(1, 2, 3, epoch=NEXT_EPOCH)
        for query, expected in (
            ("after=1", [2, 3]),
            (f"after=1&epoch={EPOCH}", [2, 3, 4, 5]),
            (f"after={EPOCH}:4", [5, 1, 2, 3]),
            (f"after={EPOCH}:4&before={NEXT_EPOCH}:2", [5, 1]),
            (f"before={EPOCH}:3", [1, 2]),
            (f"before={EPOCH}:3&order=desc", [2, 1]),
            (f"epoch={EPOCH}", [1, 2, 3, 4, 5]),
            (f"epoch={EPOCH}&order=desc&limit=2", [5, 4, 3, 2, 1]),
            (f"after={EPOCH}:3&before={EPOCH}:3", []),
            (f"after={EPOCH}:9007199254740991&before={NEXT_EPOCH}:2", [1]),
            ("after=-1", [1, 2, 3]),
            (f"after={EPOCH}:-1&before={EPOCH}:3&limit=1", [1, 2]),
        ):
            with self.subTest(query):
                self.assertEqual(self.ts(query), expected)

    def test_an_epoch_that_is_not_kept_is_not_found(self) -> None:
        self.keep(1)
        said = f"epoch='{NEXT_EPOCH}' is not kept of this stream: its own address names those that are."
        self.assertEqual(self.get(f"{URL}?epoch={NEXT_EPOCH}", status=404)["detail"], said)

    def test_an_epoch_begins_without_a_gap(self) -> None:
        self.keep(1, 2)
        self.assertEqual(self.get(f"{URL}?epoch={EPOCH}")["gaps"], [])

    def test_a_place_that_never_was_is_refused(self) -> None:
        self.keep(1, 2)
        self.publish(3, prev_t=2, n=3)
        said = f"after={EPOCH}:4 is ahead of the stream: its newest tick is t=3"
        self.assertEqual(self.get(f"{URL}?after=4", status=409)["detail"], said)
        said = f"after={NEXT_EPOCH}:1 is of no epoch of this stream: the present one is {EPOCH}"
        self.assertEqual(self.get(f"{URL}?after={NEXT_EPOCH}:1", status=404)["detail"], said)

    def test_nothing_new_says_where_to_go_on_all_the_same(self) -> None:
        self.keep(1, 2, 3)
        for query in (f"after={EPOCH}:3&order=desc", f"after={EPOCH}:3", f"after={EPOCH}:3&from_ts=5000"):
            page = self.get(f"{URL}?{query}")
            self.assertEqual((page["ticks"], page["epoch"], page["next_t"]), ([], EPOCH, 3), query)

    def test_of_ranges_that_follow_each_other_each_gap_is_in_one(self) -> None:
        self.keep(1, 2, 3)
        self.publish(9, 10, prev_t=8, n=9)
        for order in ("asc", "desc"):
            for to_ts in (1002, 1005, 1009, 1010):
                pages = [self.get(f"{URL}?order={order}&{query}={to_ts}") for query in ("to_ts", "from_ts")]
                told = [(gap["after_t"], gap["next_t"]) for page in pages for gap in page["gaps"]]
                self.assertEqual(told, [(3, 9)], (order, to_ts))

    def test_times_before_1970_are_the_same_on_every_page(self) -> None:
        self.keep(1, 2, 3)
        ts, _ = self.walk(f"{URL}?limit=1&from_ts=1960-01-01T00:00:00Z&to_ts=1970-01-02T00:00:00Z")
        self.assertEqual(ts, [1, 2, 3])

    def test_ticks_are_filtered_by_time_in_any_of_its_forms(self) -> None:
        self.keep(1, 2, 3, 4, 5)  # made at 1001 to 1005
        for query, expected in (
            ("from_ts=1002&to_ts=1004", [2, 3]),
            ("from_ts=1970-01-01T00:16:42Z&to_ts=1970-01-01T00:16:44%2B00:00", [2, 3]),
            ("from_ts=1970-01-01T01:16:42+01:00&to_ts=1970-01-01T00:16:44.000Z", [2, 3]),
            ("from_ts=1002.5", [3, 4, 5]),
            ("to_ts=-60", [1, 2, 3, 4, 5]),
            ("from_ts=-60", []),
            ("to_ts=1003&order=desc", [2, 1]),
            ("from_ts=&to_ts=&after=&limit=2", [1, 2, 3, 4, 5]),
        ):
            with self.subTest(query):
                self.assertEqual(self.ts(query), expected)

    def test_fields_are_selected_t_and_ts_always_in(self) -> None:
        self.keep_lines(b'{"t":1,"ts":1.5,"cpu":{"percent":3,"count":8},"load":[0.5,0.25]}')
        page = self.get(f"{URL}?fields=load.1,cpu.percent,nosuch")
        self.assertEqual(page["ticks"], [{"t": 1, "ts": 1.5, "cpu": {"percent": 3}, "load": [None, 0.25]}])

    def test_a_field_whose_key_has_a_comma_is_named_in_a_json_list(self) -> None:
        self.keep_lines(b'{"t":1,"ts":1.5,"com,ma":1,"com":2,"x":{"y":3,"z":4}}')
        page = self.get(f'{URL}?fields=["com,ma","x.y"]')
        self.assertEqual(page["ticks"], [{"t": 1, "ts": 1.5, "com,ma": 1, "x": {"y": 3}}])
        self.assertEqual(self.get(f"{URL}?fields=[]")["ticks"], [{"t": 1, "ts": 1.5}])
        series = self.get(f'{URL.replace("ticks", "series")}?fields=["com,ma"]&from_ts=0&to_ts=10&points=10')
        self.assertEqual(series["fields"]["com,ma"]["max"][1], 1.0)
        for none in ("series", "summary"):
            self.answer(f"{URL.replace('ticks', none)}?fields=[]")

    def test_a_wrong_parameter_is_named_with_what_is_allowed(self) -> None:
        place = "<epoch>:<t> or a whole number from -1 (before all) to 9007199254740991"
        moment = "a time: ISO 8601 with its zone, UNIX seconds, or negative: seconds ago"
        for query, detail in (
            ("limit=0", "limit='0' is not a whole number from 1 to 1000"),
            ("limit=1001", "limit='1001' is not a whole number from 1 to 1000"),
            ("limit=999999999999999999999", "limit='999999999999999999999' is not a whole number from 1 to 1000"),
            ("limit=000000001000000000", "limit='000000001000000000' is not a whole number from 1 to 1000"),
            ("after=x", f"after='x' is not {place}"),
            ("before=short:1", f"before='short:1' is not {place}"),
            ("epoch=x", "epoch='x' is not an epoch's name: 13 characters a-z, 0-9"),
            ("order=up", "order='up' is not asc or desc"),
            ("from_ts=soon", f"from_ts='soon' is not {moment}"),
            ("from_ts=nan", f"from_ts='nan' is not {moment}"),
            ("from_ts=2026-01-01T00:00:00", "from_ts='2026-01-01T00:00:00' has no zone: add Z, or +01:00"),
            ("from_ts=2&to_ts=1", "from_ts=2.000 is later than to_ts=1.000"),
            ("fields=a..b", "fields has 'a..b', which is no dotted path of 1 to 400 characters in at most 32 parts"),
            (
                "cursor=after:1",
                "cursor='after:1' is not after:<epoch>:<t> or before:<epoch>:<t>, as next and previous have it",
            ),
            ("limit=1&limit=2", "limit is given twice"),
            ("format=xml", "format='xml' is none of json, api, csv, jsonl"),
            (
                "befor=1",
                "unknown parameter 'befor': allowed are from_ts, to_ts, after, before, epoch, fields, limit, order, "
                "cursor, format",
            ),
        ):
            with self.subTest(query):
                self.assertEqual(self.get(f"{URL}?{query}", status=400)["detail"], detail)
