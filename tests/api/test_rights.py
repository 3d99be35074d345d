"""Who may ask what: every address of the API, for everybody, of a public and of a private stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from tests.api.cases import ApiCase
from tests.support.cases import EPOCH, lines
from ticks.access import kiosk, tokens
from ticks.api.urls import urlpatterns
from ticks.archive import index
from ticks.archive.active import ActiveFile
from ticks.models import KioskLink

PUBLIC, PRIVATE = "main", "private"


class Statuses(NamedTuple):
    anonymous: int
    user: int
    staff: int
    token: int
    """Of staff."""
    other_token: int
    """Of staff, for another stream than the one that is asked for."""
    link: int = 403
    """To a screen, which shows a kiosk link of the stream that is asked for."""
    other_link: int = 403


ANYBODY = Statuses(200, 200, 200, 200, 200)
READERS = Statuses(401, 404, 200, 200, 404)
"""Of a private stream, which looks to others as if it were not there."""
OWNERS = Statuses(401, 200, 200, 200, 200)
OF_LINKS = Statuses(401, 403, 200, 200, 403)
REVOKING = Statuses(401, 403, 405, 405, 403)
"""Of what each user has of a public stream; of a private one readers alone have it."""
STAFF = Statuses(401, 403, 200, 200, 403)
NOBODY_IS_THERE = Statuses(401, 403, 404, 404, 403)

OF_A_STREAM = (
    "stream-detail",
    "fields-list",
    "summary-list",
    "ticks-list",
    "tick-detail",
    "series-list",
    "gaps-list",
    "health-list",
    "export-list",
)
FOR_LINKS = ("fields-list", "summary-list", "ticks-list", "tick-detail", "series-list", "gaps-list", "health-list")
"""What a link opens of its own stream, and of no other."""
LINKS = ("link-list", "link-detail")
OF_A_SEGMENT = ("segment-detail", "segment-download")
BOARD = "board-list"
LISTS = ("stream-list", "segment-list", "pulse-list")
"""Anybody may ask, and is told of what may be read."""
FOR_ANYBODY = ("api-root", "schema", "docs")
NOTHING = Statuses(404, 404, 404, 404, 404)
OTHERS = {"subscriber-list": STAFF, "subscriber-detail": NOBODY_IS_THERE, "nothing": NOTHING}
UNSAFE = ("post", "put", "patch", "delete")


def arguments(name: str, stream: str) -> dict[str, str]:
    if name == "link-detail":
        return {"name": stream, "link": "abc"}
    if name in (*OF_A_STREAM, BOARD, "link-list"):
        return {"name": stream, "t": "1"} if name == "tick-detail" else {"name": stream}
    if name in OF_A_SEGMENT:
        return {"key": f"{stream}:{EPOCH}:1"}
    return {"id": "abc"} if name == "subscriber-detail" else {}


class TableTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        for stream in (PUBLIC, PRIVATE):
            file = ActiveFile(self.archive / stream / EPOCH)
            for t, line in enumerate(lines(1, 2, 3), 1):
                file.append(line, t)
            file.close()
            index.index_epoch(self.archive, stream, EPOCH)
        self.staff = User.objects.create_user("staff", is_staff=True)

    def clients(self, stream: str) -> Iterator[tuple[str, Client]]:
        other = PRIVATE if stream == PUBLIC else PUBLIC
        yield "anonymous", Client()
        yield "user", self.signed_in()
        yield "staff", self.signed_in(is_staff=True)
        yield "token", with_token(tokens.make(self.staff, f"all, {stream}"))
        yield "other_token", with_token(tokens.make(self.staff, f"other than {stream}", stream=other))
        yield "link", with_link(kiosk.make(stream, self.staff, 1))
        yield "other_link", with_link(kiosk.make(other, self.staff, 1))

    def test_every_address_of_the_api_is_in_the_table(self) -> None:
        listed = {*OF_A_STREAM, BOARD, *LINKS, *OF_A_SEGMENT, *LISTS, *FOR_ANYBODY, *OTHERS}
        self.assertEqual({one.name for one in urlpatterns if isinstance(one, URLPattern)}, listed)
        self.assertTrue(all(isinstance(one, URLPattern) for one in urlpatterns))

    def test_who_may_ask_what(self) -> None:
        for stream, expected in ((PUBLIC, ANYBODY), (PRIVATE, READERS)):
            table = {
                **dict.fromkeys((*OF_A_STREAM, *OF_A_SEGMENT), expected),
                **dict.fromkeys((*LISTS, *FOR_ANYBODY), ANYBODY),
                **dict.fromkeys(FOR_LINKS, expected._replace(link=200)),
                BOARD: OWNERS if stream == PUBLIC else READERS,
                "link-list": OF_LINKS,
                "link-detail": REVOKING,
                **OTHERS,
            }
            for who, client in self.clients(stream):
                for name, statuses in table.items():
                    answer = client.get(reverse(name, kwargs=arguments(name, stream)))
                    answer.close()
                    with self.subTest(name, stream=stream, who=who):
                        self.assertEqual(answer.status_code, getattr(statuses, who), answer)

    def test_lists_name_what_may_be_read_and_nothing_else(self) -> None:
        for who, client in self.clients(PRIVATE):
            for name in (*LISTS, *FOR_ANYBODY):
                with self.subTest(name, who=who):
                    body = text_of(client.get(reverse(name)))
                    is_named = any(one in body for one in (f"/{PRIVATE}/", f"{PRIVATE}:", f'"{PRIVATE}"'))
                    self.assertEqual(is_named, name in LISTS and who in ("staff", "token"))

    def test_a_private_stream_and_none_look_the_same_to_who_may_not_read_it(self) -> None:
        for who, client in self.clients(PRIVATE):
            if who in ("staff", "token", "link"):
                continue
            for name in (*OF_A_STREAM, BOARD, *OF_A_SEGMENT):
                with self.subTest(name, who=who):
                    private, none = (
                        text_of(client.get(reverse(name, kwargs=arguments(name, stream))))
                        for stream in (PRIVATE, "nosuch")
                    )
                    self.assertEqual(private.replace(PRIVATE, "nosuch"), none)

    def test_a_token_of_one_stream_opens_that_one(self) -> None:
        client = with_token(tokens.make(self.staff, "own", stream=PRIVATE))
        for name in (*OF_A_STREAM, BOARD, *OF_A_SEGMENT):
            self.assertEqual(client.get(reverse(name, kwargs=arguments(name, PRIVATE))).status_code, 200, name)

    def test_a_link_writes_nothing_and_ends_nothing(self) -> None:
        client = with_link(kiosk.make(PUBLIC, self.staff, 1))
        for name in (*OF_A_STREAM, BOARD, *LINKS, *OF_A_SEGMENT, *LISTS, *FOR_ANYBODY, *OTHERS):
            for method in UNSAFE:
                answer = getattr(client, method)(
                    reverse(name, kwargs=arguments(name, PUBLIC)), {"days": 1}, content_type="application/json"
                )
                self.assertIn(answer.status_code, (403, 405), (name, method))
        self.assertEqual(KioskLink.objects.count(), 1)

    def test_nothing_can_be_written_but_ones_own_board_links_and_a_connection_ended(self) -> None:
        client = with_token(tokens.make(self.staff, "writer"))
        allowed = {("subscriber-detail", "delete"): 404, (BOARD, "delete"): 204, (BOARD, "put"): 400}
        allowed |= {("link-list", "post"): 400, ("link-detail", "delete"): 404}
        for name in (*OF_A_STREAM, BOARD, *LINKS, *OF_A_SEGMENT, *LISTS, *FOR_ANYBODY, *OTHERS):
            url = reverse(name, kwargs=arguments(name, PUBLIC))
            for method in UNSAFE:
                answer = getattr(client, method)(url, content_type="application/json")
                expected = (allowed[name, method],) if (name, method) in allowed else (403, 405)
                self.assertIn(answer.status_code, expected, (name, method))


def with_token(secret: str) -> Client:
    return Client(headers={"Authorization": f"Token {secret}"})


def with_link(link: KioskLink) -> Client:
    return Client(headers={"Authorization": f"Link {kiosk.signed(link)}"})


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode() if not answer.streaming else str(answer)
