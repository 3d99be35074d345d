"""How often one may ask: by account or address, in each scope for itself."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import User
from django.core.cache import caches
from django.test import SimpleTestCase, TestCase, override_settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from ticks.api.throttles import CACHE, ScopeThrottle

FACTORY = APIRequestFactory()


class Asked(APIView):
    throttle_scope: str | None = None
    permission_classes = ()

    def get(self, request: Request) -> Response:
        return Response()


class ThrottleCase(SimpleTestCase):
    def setUp(self) -> None:
        self.now = 1000.0
        clock = patch.object(ScopeThrottle, "timer", lambda throttle: self.now)
        clock.start()
        self.addCleanup(clock.stop)
        caches[CACHE].clear()
        self.addCleanup(caches[CACHE].clear)

    def ask(self, scope: str | None = "history", user: User | None = None, **meta: str) -> Response:
        request = FACTORY.get("/", **{"REMOTE_ADDR": "192.0.2.1", **meta})  # type: ignore[arg-type]
        if user is not None:
            force_authenticate(request, user)
        answer = Asked.as_view(throttle_scope=scope)(request)
        assert isinstance(answer, Response)
        return answer

    def statuses(self, times: int, **options: Any) -> list[int]:
        return [self.ask(**options).status_code for _ in range(times)]


@override_settings(TICKS_API_RATE=2, TICKS_EXPORT_RATE=1)
class ThrottleTest(ThrottleCase):
    def test_one_too_many_is_told_the_limit_and_when_there_is_room(self) -> None:
        self.assertEqual(self.statuses(1), [200])
        self.now += 20.5
        self.assertEqual(self.statuses(2), [200, 429])
        answer = self.ask()
        self.assertEqual(answer["Retry-After"], "40")
        limit = "2 requests of 'history' a minute are allowed (TICKS_API_RATE=2)."
        self.assertEqual(answer.data, {"detail": f"{limit} Expected available in 40 seconds."})
        self.now += 39.4
        self.assertEqual(self.statuses(1), [429])
        self.now += 0.1
        self.assertEqual(self.statuses(2), [200, 429])

    def test_each_scope_counts_for_itself_and_a_view_without_one_does_not(self) -> None:
        for scope, statuses in (
            ("history", [200, 200, 429]),
            ("series", [200, 200, 429]),
            ("pulse", [200, 200, 429]),
            ("export", [200, 429, 429]),
            ("download", [200, 429, 429]),
            (None, [200, 200, 200]),
        ):
            self.assertEqual(self.statuses(3, scope=scope), statuses, scope)
        self.assertIn("(TICKS_EXPORT_RATE=1)", self.ask("download").data["detail"])

    def test_nothing_limits_where_the_setting_is_0(self) -> None:
        with override_settings(TICKS_API_RATE=0, TICKS_EXPORT_RATE=0):
            for scope in ("history", "export"):
                self.assertEqual(set(self.statuses(9, scope=scope)), {200})

    def test_an_ipv6_network_counts_as_one(self) -> None:
        for address, status in (("2001:db8::1", 200), ("2001:db8::ffff:1", 200), ("2001:db8::2", 429)):
            self.assertEqual(self.ask(REMOTE_ADDR=address).status_code, status)
        self.assertEqual(self.ask(REMOTE_ADDR="2001:db8:0:1::1").status_code, 200)

    def test_what_a_client_says_of_its_address_is_not_believed(self) -> None:
        answers = [self.ask(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code for number in range(3)]
        self.assertEqual(answers, [200, 200, 429])

    def test_what_a_trusted_proxy_says_is(self) -> None:
        with override_settings(TICKS_TRUSTED_PROXIES=1):
            for first, status in (("198.51.100.1", 200), ("198.51.100.2", 200), ("198.51.100.3", 429)):
                forwarded = f"{first}, 203.0.113.9"
                self.assertEqual(self.ask(HTTP_X_FORWARDED_FOR=forwarded).status_code, status)
            self.assertEqual(self.ask(HTTP_X_FORWARDED_FOR="203.0.113.9, 203.0.113.10").status_code, 200)


@override_settings(TICKS_API_RATE=2)
class AccountTest(ThrottleCase, TestCase):
    def test_who_is_signed_in_counts_by_account_wherever_they_come_from(self) -> None:
        alice, bob = (User.objects.create_user(name) for name in ("alice", "bob"))
        answers = [self.ask(user=alice, REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(3)]
        self.assertEqual(answers, [200, 200, 429])
        self.assertEqual(self.statuses(3, user=bob), [200, 200, 429])
        self.assertEqual(self.statuses(3), [200, 200, 429])
