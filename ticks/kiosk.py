"""The page of a kiosk link: one stream, full screen, for a screen that nobody signs in at."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ticks.access import kiosk, tokens
from ticks.assets import edition, modules
from ticks.dashboard import WINDOW_S, cards, known
from ticks.models import KioskLink, Stream

HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
"""The address is all that one needs: nobody is to keep it, hear of it, or find it."""
EDITION = "X-Page-Edition"
"""The header by which a page that is open for months finds that it is another one by now."""


@require_safe
def page(request: HttpRequest, signed: str) -> HttpResponse:
    """Also to HEAD, by which an open page looks whether its link still holds, and whether it is another page by now."""
    link = kiosk.valid([signed]).get(signed)
    answer = _over(request) if link is None else _shown(request, link, signed)
    for name, value in HEADERS.items():
        answer[name] = value
    return answer


def _over(request: HttpRequest) -> HttpResponse:
    """A wrong one, one that has expired and one that was revoked look alike."""
    return render(request, "kiosk/over.html", status=410)


def _shown(request: HttpRequest, link: KioskLink, signed: str) -> HttpResponse:
    if tokens.is_due(link):
        kiosk.used([link.pk])
    is_asked_only = request.method == "HEAD"
    answer = HttpResponse() if is_asked_only else render(request, "kiosk/page.html", _context(link.stream, signed))
    answer[EDITION] = edition()
    return answer


def _context(stream: Stream, signed: str) -> dict[str, Any]:
    page = {
        "stream": stream.name,
        "ws": "/ws/stream",
        "api": reverse("stream-detail", args=[stream.name]),
        "link": signed,
        "edition": edition(),
        "window_s": WINDOW_S,
        "fields": stream.fields,
        **known(stream),
    }
    return {
        "page": page,
        "stream": stream,
        "modules": modules("ticks/kiosk.js", *cards(page["known"])),
    }
