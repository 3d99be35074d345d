"""Who may read: by nothing, session or token; asked once for any number of them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session as SessionRow
from django.test import Client, override_settings
from django.utils import timezone

from tests.access.cases import AccessCase, scope_of
from ticks.access import identity, tokens
from ticks.access.identity import ANONYMOUS, Claim, Presented, Session
from ticks.access.refused import Refused
from ticks.access.rights import Account, rule
from ticks.models import Stream, Token


class RightsTest(AccessCase):
    def ruled(self, claim: Claim, stream: str = "private", again: bool = False) -> int | str | None:
        """The close code of a refusal, else who it is."""
        ruling = rule([(claim, stream)], again=again)[claim, stream]
        return int(ruling.code) if isinstance(ruling, Refused) else ruling.username

    def test_who_may_read_what(self) -> None:
        staff, guest = self.user("staff", is_staff=True), self.user("guest")
        for claims, rulings in (
            ((ANONYMOUS,), (None, 4401, 4401)),
            ((self.signed_in(guest), self.shown(guest)), ("guest", 4403, 4403)),
            ((self.signed_in(staff), self.shown(staff)), ("staff", "staff", 4404)),
            ((Session("nosuch"), Presented("nosuch")), (4401, 4401, 4401)),
        ):
            for claim in claims:
                found = tuple(self.ruled(claim, stream) for stream in ("main", "private", "nosuch"))
                self.assertEqual(found, rulings, claim)

    def test_who_reads_a_stream_that_is_deleted_is_told_that(self) -> None:
        for claim in (ANONYMOUS, self.signed_in(self.user())):
            self.assertEqual(self.ruled(claim, "nosuch", again=True), 4404)

    def test_a_session_holds_until_it_ends_runs_out_or_its_user_changes(self) -> None:
        for number, spoil in enumerate(
            (
                lambda user: SessionRow.objects.all().delete(),
                lambda user: SessionRow.objects.update(expire_date=timezone.now()),
                lambda user: (user.set_password("another"), user.save()),
                lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
                lambda user: user.delete(),
            )
        ):
            user = self.user(f"staff{number}", is_staff=True)
            claim = self.signed_in(user)
            self.assertEqual(self.ruled(claim), user.username)
            spoil(user)
            self.assertEqual((self.ruled(claim), self.ruled(claim, again=True)), (4401, 4401), number)

    def test_a_session_of_nobody_is_nobodys(self) -> None:
        client = Client()
        session = client.session
        session["a"] = "b"
        session.save()
        self.assertEqual(self.ruled(Session(session.session_key or ""), "main"), 4401)

    def test_a_token_holds_until_it_is_revoked_or_expires(self) -> None:
        user = self.user(is_staff=True)
        lasting, short, past = self.shown(user, "a"), self.shown(user, "b", days=1), self.shown(user, "c", days=1)
        Token.objects.filter(name="c").update(expires=timezone.now() - timedelta(seconds=1))
        self.assertEqual([self.ruled(claim) for claim in (lasting, short, past)], ["alice", "alice", 4401])
        Token.objects.get(name="a").delete()
        User.objects.update(is_active=False)
        self.assertEqual([self.ruled(claim) for claim in (lasting, short)], [4401, 4401])

    def test_no_secret_is_kept(self) -> None:
        secret = tokens.make(self.user(), "script")
        self.assertNotIn(secret, str(Token.objects.values().get()))
        self.assertEqual(Token.objects.get().secret_hash, tokens.hashed(secret))

    def test_the_use_of_a_token_is_due_once_a_minute(self) -> None:
        claim = self.shown(self.user())
        [ruling] = rule([(claim, "main")]).values()
        assert isinstance(ruling, Account)
        self.assertEqual(ruling.used_token, Token.objects.get().pk)
        tokens.used([Token.objects.get().pk])
        [ruling] = rule([(claim, "main")]).values()
        assert isinstance(ruling, Account)
        self.assertIsNone(ruling.used_token)
        Token.objects.update(used=timezone.now() - timedelta(seconds=61))
        self.assertTrue(tokens.is_due(Token.objects.get()))

    def test_a_thousand_are_asked_about_in_four_queries(self) -> None:
        user = self.user()
        some: list[Claim] = [ANONYMOUS, *(self.signed_in(user) for _ in range(20)), self.shown(user)]
        for name in ("x", "y", "z"):
            Stream.objects.set_visibility(name, True)
        asked = [(claim, stream) for claim in some for stream in ("main", "x", "y", "z")]
        asked += [(Presented(str(number)), "main") for number in range(400)]
        with self.assertNumQueries(4):
            rulings = rule(asked)
        self.assertEqual(sum(isinstance(one, Account) for one in rulings.values()), len(some) * 4)
        with self.assertNumQueries(1):
            rule([(ANONYMOUS, "main"), (ANONYMOUS, "private")])


class IdentityTest(AccessCase):
    def test_a_scope_says_nothing_a_session_or_a_token_which_counts_first(self) -> None:
        session = Client()
        session.force_login(self.user())
        key = session.cookies["sessionid"].value
        signed_in = {"user": User.objects.get(), "session": session.session}
        shown = Presented(tokens.hashed("tm_x"))
        for more, headers, claim in (
            ({}, {}, ANONYMOUS),
            ({"user": AnonymousUser(), "session": Client().session}, {}, ANONYMOUS),
            (signed_in, {}, Session(key)),
            (signed_in, {"authorization": "Basic abc"}, Session(key)),
            (signed_in, {"authorization": "Token tm_x"}, shown),
            ({}, {"authorization": "token  tm_x "}, shown),
            ({}, {"authorization": "Token"}, Presented(tokens.hashed(""))),
            ({}, {"authorization": "Token \xff"}, Presented(tokens.hashed("\xc3\xbf"))),
        ):
            self.assertEqual(identity.of_scope({**scope_of(**headers), **more}), claim, headers)  # type: ignore[dict-item]

    def test_the_cookies_of_a_request_count_only_from_a_page_of_this_site(self) -> None:
        session = Client()
        session.force_login(self.user())
        key = session.cookies["sessionid"].value
        for headers, claim in (
            ({}, Session(key)),
            ({"origin": "http://localhost"}, Session(key)),
            ({"origin": "http://evil.example"}, ANONYMOUS),
            ({"origin": "http://evil.example", "authorization": "Token x"}, Presented(tokens.hashed("x"))),
            ({"cookie": "theme=dark"}, ANONYMOUS),
            ({"cookie": "sessionid="}, ANONYMOUS),
            ({"cookie": f"theme=dark; sessionid={key}; a=b"}, Session(key)),
        ):
            scope = scope_of(**{"cookie": f"sessionid={key}", **headers})
            self.assertEqual(identity.of_cookies(scope), claim, headers)

    @override_settings(CORS_ALLOWED_ORIGINS=["https://notes.example"])
    def test_cookies_count_from_a_page_that_may_read_as_its_visitor(self) -> None:
        scope = scope_of(cookie="sessionid=x", origin="https://notes.example")
        self.assertEqual(identity.of_cookies(scope), Session("x"))
