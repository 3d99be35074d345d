"""The page of a kiosk link: one stream, full screen, for a screen that nobody signs in at."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ticks.access import kiosk, tokens
from ticks.assets import edition
from ticks.dashboard import shown
from ticks.models import KioskLink

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
    if request.method == "HEAD":
        answer = HttpResponse()
    else:
        own = {"link": signed, "edition": edition()}
        answer = render(request, "kiosk/page.html", shown(link.stream, "ticks/kiosk.js", own))
    answer[EDITION] = edition()
    return answer
