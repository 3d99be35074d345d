from __future__ import annotations

import io

from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from ticks.access import tokens
from ticks.models import Stream, Token


class TokenCommandTest(TestCase):
    def setUp(self) -> None:
        self.alice, self.bob = (User.objects.create_user(name) for name in ("alice", "bob"))
        User.objects.create_user("gone", is_active=False)

    def run_command(self, *arguments: str) -> str:
        out = io.StringIO()
        call_command("token", *arguments, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    def test_it_prints_the_secret_and_nothing_else(self) -> None:
        secret = self.run_command("alice")
        self.assertEqual(secret.count("\n"), 1)
        self.assertEqual(tokens.valid([tokens.hashed(secret.strip())]).popitem()[1].user, self.alice)

    def test_a_token_may_end_after_some_days(self) -> None:
        self.run_command("alice", "--name", "laptop", "--days", "1.5")
        token = Token.objects.get(name="laptop")
        assert token.expires is not None
        self.assertAlmostEqual((token.expires - timezone.now()).total_seconds(), 1.5 * 86400, delta=100)

    def test_a_token_may_be_of_one_stream(self) -> None:
        Stream.objects.get_or_create(name="main")
        self.run_command("alice", "--stream", "main")
        self.assertEqual(Token.objects.get().stream_id, "main")
        self.assertRegex(self.run_command("--list"), r"^script of alice: made .*, lasts, reads main alone\n$")

    def test_it_lists_all_or_those_of_a_user(self) -> None:
        self.assertEqual(self.run_command("--list"), "There are no tokens.\n")
        self.run_command("alice", "--name", "laptop")
        self.run_command("bob", "--days", "3")
        self.assertRegex(
            self.run_command("--list"), r"(?s)^laptop of alice: made .* UTC, never used, lasts\nscript of bob"
        )
        self.assertRegex(self.run_command("bob", "--list"), r"^script of bob: made .*, never used, until .* UTC\n$")

    def test_it_revokes_by_name(self) -> None:
        for user in ("alice", "bob"):
            self.run_command(user)
        with self.assertRaisesRegex(CommandError, r"alice, bob each have a token 'script': say whose\."):
            self.run_command("--revoke", "script")
        self.assertEqual(self.run_command("alice", "--revoke", "script"), "script of alice is revoked.\n")
        self.assertEqual(self.run_command("--revoke", "script"), "script of bob is revoked.\n")

    def test_what_is_wrong_is_said_with_exit_code_2(self) -> None:
        self.run_command("alice")
        for arguments, words in (
            (["nobody"], "There is no user 'nobody'"),
            (["gone"], "gone is not active"),
            ([], "For whom"),
            (["alice"], "alice has a token 'script': say another --name, or --revoke it"),
            (["alice", "--name", " "], "is no name of 1 to 64 characters"),
            (["alice", "--name", "x" * 65], "is no name of 1 to 64 characters"),
            (["bob", "--stream", "nosuch"], "There is no stream 'nosuch'"),
            (["--revoke", "nosuch"], "There is no token 'nosuch': --list says which there are"),
            (["bob", "--revoke", "script"], "bob has no token 'script'"),
        ):
            with self.subTest(arguments), self.assertRaisesRegex(CommandError, words) as raised:
                self.run_command(*arguments)
            self.assertEqual(raised.exception.returncode, 2)
        for days in ("0", "-1", "nan", "x", "1e9"):
            with self.subTest(days), self.assertRaisesRegex(CommandError, "is no number of days"):
                self.run_command("bob", f"--days={days}")
        self.assertEqual(Token.objects.count(), 1)
