"""Test cases that ask the API."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import User
from django.test import Client

from tests.support.cases import EPOCH, ValkeyCase
from ticks.api import base
from ticks.api.export import ExportViewSet
from ticks.api.segments import SegmentViewSet
from ticks.api.streamed import Room
from ticks.archive import index
from ticks.archive.active import ActiveFile
from ticks.models import Stream


class ApiCase(ValkeyCase):
    """`main` is public, `private` is not."""

    def setUp(self) -> None:
        super().setUp()
        base._client.cache_clear()
        self.addCleanup(base._client.cache_clear)
        # What another test did not read to its end may hold a place.
        for view in (ExportViewSet, SegmentViewSet):
            self.enterContext(patch.object(view, "room", Room(view.room.most, view.room.each, view.room.what)))
        Stream.objects.set_visibility("main", True)
        Stream.objects.set_visibility("private", False)

    def get(self, path: str, client: Client | None = None, status: int = 200, **headers: str) -> Any:
        """The JSON of an answer."""
        answer = self.answer(path, client, status, **headers)
        self.assertEqual(answer["Content-Type"], "application/json")
        return answer.json()

    def answer(self, path: str, client: Client | None = None, status: int = 200, **headers: str) -> Any:
        answer = (client or self.client).get(path, headers=headers)
        self.assertEqual(answer.status_code, status, answer.content)
        return answer

    def signed_in(self, **rights: bool) -> Client:
        client = Client()
        client.force_login(User.objects.create_user(f"user{User.objects.count()}", **rights))
        return client


class TicksCase(ApiCase):
    def walk(self, url: str | None, rel: str = "next") -> tuple[list[int], list[Any]]:
        """The `t` of all pages, and the gaps."""
        ts, gaps = list[int](), list[Any]()
        while url is not None:
            page = self.get(url)
            ts += [tick["t"] for tick in page["ticks"]]
            gaps += page["gaps"]
            url = page[rel]
        return ts, gaps

    def keep_lines(self, *lines: bytes) -> None:
        """One closed file of these, whose `t` go up from 1."""
        file = ActiveFile(self.archive / "main" / EPOCH)
        for t, line in enumerate(lines, 1):
            file.append(line, t)
        file.close()
        index.index_epoch(self.archive, "main", EPOCH)
