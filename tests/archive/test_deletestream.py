"""`manage.py deletestream`."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from tests.archive.killing import Killed
from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase
from ticks.archive import deletion, index
from ticks.models import Segment, Stream
from ticks.producer import TickWriter
from ticks.producer.lease import Lease, WriterLock

NOWHERE = "unix:///nowhere/valkey.sock"


class Terminal(StringIO):
    """Somebody who types this."""

    def isatty(self) -> bool:
        return True


class DeleteStreamTest(ValkeyCase):
    def setUp(self) -> None:
        super().setUp()
        Stream.objects.set_visibility("main", True)
        self.keep(1, 2, 3)
        shutil.copytree(self.archive / "main", self.archive / "main@60")
        index.index_closed(self.archive, "main@60")
        self.publish(3, 4, prev_t=2, n=3)
        self.publish(1, 2, prev_t=0, n=1, epoch=NEXT_EPOCH)
        self.valkey.client.set("ticks:{main-2}:head", "another's")

    def run_it(self, *arguments: str, types: str | None = None) -> str:
        out = StringIO()
        with patch("sys.stdin", StringIO() if types is None else Terminal(types)):
            call_command("deletestream", *arguments, stdout=out)
        return out.getvalue()

    def refused(self, *arguments: str, code: int = 2, types: str | None = None) -> str:
        keys = set(self.valkey.client.keys()) - {self.hotlog().fence_key}
        with self.assertRaises(CommandError) as caught:
            self.run_it(*arguments, types=types)
        self.assertEqual(caught.exception.returncode, code, caught.exception)
        self.assertEqual(set(self.valkey.client.keys()) - {self.hotlog().fence_key}, keys)
        self.assertEqual(Segment.objects.count(), 2)
        self.assertTrue((self.archive / "main" / EPOCH).is_dir())
        self.assertTrue(Stream.objects.filter(name="main", public=True).exists())
        return str(caught.exception)

    def assert_gone(self) -> None:
        self.assertEqual(self.valkey.client.keys(), ["ticks:{main-2}:head"])
        self.assertEqual(list(self.archive.iterdir()), [])
        self.assertEqual((Segment.objects.count(), Stream.objects.count()), (0, 0))

    def test_archive_database_and_redis_have_nothing_of_it_any_more(self) -> None:
        said = self.run_it("main", "--yes")
        self.assertRegex(said, r"main: 2 files, 3 ticks, \d+ bytes, from 1970-01-01 00:16:41 UTC to \S+ 00:16:43 UTC\n")
        self.assertIn("main is deleted.", said)
        self.assert_gone()

    def test_it_asks_for_the_name(self) -> None:
        for types in ("", "\n", "y\n", "mai\n"):
            self.assertEqual(self.refused("main", types=types, code=1), "Nothing was deleted.")
        self.assertIn("All of it will be gone.", self.run_it("main", types="main\n"))
        self.assert_gone()

    def test_where_nobody_can_be_asked_it_wants_yes(self) -> None:
        self.assertIn("--yes", self.refused("main"))

    def test_what_is_no_stream_is_refused(self) -> None:
        for name in ("nobody", "main@60", "../main", ".deleted-main"):
            self.assertEqual(self.refused(name, "--yes"), f"There is no stream {name!r}.")

    def test_a_stream_with_a_producer_is_refused(self) -> None:
        lock = WriterLock(self.archive / "main")
        lock.sign(yields=True)
        said = self.refused("main", "--yes")
        lock.release()
        self.assertRegex(said, r"A producer has the stream 'main': process \d+ on \S+\. Stop it first")
        lease = Lease(self.connect(), self.hotlog(), Path("/elsewhere/main"))
        lease.hold()
        self.assertIn("A producer has the stream 'main'", self.refused("main", "--yes"))
        lease.release()
        self.run_it("main", "--yes")
        self.assert_gone()

    def test_a_producer_that_started_elsewhere_while_it_asked_keeps_its_stream(self) -> None:
        other = Lease(self.connect(), self.hotlog(), Path("/elsewhere/main"))
        ask = deletion.content

        def be_late(*args: object) -> object:
            self.valkey.client.delete(self.hotlog().lease_key)
            other.hold()
            return ask(*args)  # type: ignore[arg-type]

        with patch.object(deletion, "content", be_late), self.assertRaisesRegex(CommandError, "A producer has"):
            self.run_it("main", types="main\n")
        self.assertEqual(Segment.objects.count(), 2)

    def test_without_redis_nothing_is_deleted(self) -> None:
        with override_settings(REDIS_URL=NOWHERE, REDIS_EMBEDDED=False):
            self.assertIn("Redis can't be reached", self.refused("main", "--yes"))

    def test_an_embedded_valkey_that_does_not_run_has_nothing_to_delete(self) -> None:
        self.valkey.client.flushall()
        self.valkey.client.set("ticks:{main-2}:head", "another's")
        with override_settings(REDIS_URL=NOWHERE, REDIS_EMBEDDED=True):
            self.run_it("main", "--yes")
        self.assert_gone()

    def test_killed_after_redis_it_can_be_said_again(self) -> None:
        with patch.object(deletion, "delete", side_effect=Killed), self.assertRaises(Killed):
            self.run_it("main", "--yes")
        self.assertEqual(Segment.objects.count(), 2)
        self.run_it("main", "--yes")
        self.assert_gone()

    def test_the_next_producer_begins_a_stream_of_its_own_which_is_private(self) -> None:
        self.run_it("main", "--yes")
        with TickWriter("main") as writer:
            self.assertEqual(writer.write({"a": 1}), 1)
            self.assertGreater(writer.epoch, NEXT_EPOCH)
        self.assertFalse(Stream.objects.get(name="main").public)
