"""How many requests a minute one may make of the views that name a `throttle_scope`. Each web worker counts alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NoReturn, cast

from django.conf import settings
from django.core.cache import caches
from django.utils.connection import ConnectionProxy
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from ticks.access.addresses import client_address, network
from ticks.access.limits import account_field

if TYPE_CHECKING:  # the views import the throttles
    from django.core.cache.backends.base import BaseCache
    from rest_framework.views import APIView

CACHE = "throttles"
RATES = {
    "history": "TICKS_API_RATE",
    "series": "TICKS_API_RATE",
    "pulse": "TICKS_API_RATE",
    "export": "TICKS_EXPORT_RATE",
    "download": "TICKS_EXPORT_RATE",
}
"""By scope: the setting that says how many requests a minute; 0 is any number."""


class ScopeThrottle(ScopedRateThrottle):
    """Whoever is signed in counts by account, others by address, as connections do; in each scope for itself."""

    cache = cast("BaseCache", ConnectionProxy(caches, CACHE))
    timer = staticmethod(time.monotonic)  # a clock that is set back shuts nobody out

    def get_rate(self) -> str | None:
        _, most = self._limit()
        return f"{most}/min" if most else None

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"{self.scope}:{client_of(request)}"

    def throttle_failure(self) -> NoReturn:
        """Raises `Throttled`, from which the answer has its `Retry-After`."""
        setting, most = self._limit()
        limit = f"{most} requests of {self.scope!r} a minute are allowed ({setting}={most})."
        raise Throttled(self.wait(), limit)

    def _limit(self) -> tuple[str, int]:
        """Its setting's name, and what that says."""
        setting = RATES[str(self.scope)]
        return setting, getattr(settings, setting)


def client_of(request: Request) -> str:
    """By which requests are counted: the account of who is signed in, else the address."""
    return account_field(request.user.pk, _network(request))


def _network(request: Request) -> str:
    peer, forwarded = request.META.get("REMOTE_ADDR"), request.META.get("HTTP_X_FORWARDED_FOR", "")
    return network(client_address(peer, forwarded, settings.TICKS_TRUSTED_PROXIES))
