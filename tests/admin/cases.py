"""A superuser in the admin, and files that the index knows."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import TestCase

from ticks.models import Segment, Stream

EPOCH = "0mwpx6cq0aaaa"
INLINE = re.compile(r"<style|<script(?![^>]* src=)(?![^>]*application/json)| style=| on[a-z]+=|javascript:")
"""What the site's policy keeps browsers from heeding."""


def segment(first_t: int, stream: str = "main", epoch: str = EPOCH, **more: Any) -> Segment:
    """A row of ten ticks in ten seconds."""
    values = {"last_t": first_t + 9, "prev_t": first_t - 1, "n": first_t, "count": 10, "bytes": 4096, "stored": 1024}
    times = {"min_ts": 1_700_000_000.0 + first_t, "max_ts": 1_700_000_009.0 + first_t}
    path = f"{stream}/{epoch}/{first_t:020d}.jsonl.zst"
    return Segment(stream=stream, epoch=epoch, first_t=first_t, path=path, **(values | times | more))


class AdminCase(TestCase):
    def setUp(self) -> None:
        self.admin = User.objects.create_superuser("admin")
        self.client.force_login(self.admin)
        Stream.objects.set_visibility("main", False)

    def page(self, path: str, **query: Any) -> str:
        """What a page says, after it was seen that nothing in it is against the site's policy."""
        return self.text(self.client.get(f"/admin/ticks/{path}", query))

    def text(self, answer: HttpResponse) -> str:
        self.assertEqual(answer.status_code, 200)
        self.assertIn("script-src 'self'", answer["Content-Security-Policy"])
        html = answer.content.decode().replace("\xa0", " ")
        self.assertIsNone(INLINE.search(html))
        return html
