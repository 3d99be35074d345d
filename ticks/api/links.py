"""The kiosk links of a stream: made, listed and revoked by staff."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import User
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from ticks.access import kiosk
from ticks.api.base import StreamView
from ticks.api.board import Body
from ticks.api.errors import Conflict
from ticks.api.permissions import StaffOnly
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import FOR_MAKERS, FOR_OWNERS, JSON, operation
from ticks.api.schema.shapes import MOST_DAYS, MOST_LABEL
from ticks.models import KioskLink

MOST = 100
"""Links of one stream that open it at a time."""
KEYS = ("days", "label")


class LinkViewSet(StreamView):
    """The links that open a stream for a screen, which is nobody: the newest first, without those that are over.

    POST makes one; its address is told this once. DELETE revokes one: who reads by it is closed within one heartbeat.
    """

    permission_classes = [StaffOnly]
    parser_classes = [Body]
    is_shared = False

    @operation(
        "list_links",
        "The kiosk links of a stream",
        {JSON: (shapes.LINKS, examples.LINKS)},
        path=["name"],
        refusals=FOR_OWNERS,
        is_open=False,
    )
    def list(self, request: Request, name: str) -> Response:
        found = KioskLink.objects.valid().filter(stream=self.stream).select_related("created_by")
        return Response({"stream": name, "links": [_told(link, request) for link in found]})

    @operation(
        "make_link",
        "Make a kiosk link",
        {JSON: (shapes.LINK_MADE, examples.LINK_MADE)},
        path=["name"],
        refusals=FOR_MAKERS,
        is_open=False,
        is_made=True,
        body=(shapes.LINK_WANTED, examples.LINK_WANTED),
    )
    def create(self, request: Request, name: str) -> Response:
        days, label = _checked(request.data)
        if KioskLink.objects.valid().filter(stream=self.stream).count() >= MOST:
            raise Conflict(f"The stream {name!r} has its {MOST} links: revoke one that is no longer needed.")
        link = kiosk.make(name, cast(User, request.user), days, label)
        address = reverse("kiosk", args=[kiosk.signed(link)], request=request)
        return Response({**_told(link, request), "address": address}, status=status.HTTP_201_CREATED)

    @operation("revoke_link", "Revoke a kiosk link", {}, path=["name", "link"], refusals=FOR_OWNERS, is_open=False)
    def destroy(self, request: Request, name: str, link: str) -> Response:
        """Also where it is over already."""
        found = KioskLink.objects.filter(pk=link, stream=self.stream)
        if not found.exists():
            raise NotFound(f"The stream {name!r} has no link {link!r}.")
        found.revoke()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _told(link: KioskLink, request: Request) -> dict[str, Any]:
    return {
        "url": reverse("link-detail", args=[link.stream_id, link.pk], request=request),
        "id": link.pk,
        "label": link.label,
        "created_by": link.created_by.get_username(),
        "created": link.created,
        "expires": link.expires,
        "used": link.used,
    }


def _checked(data: Any) -> tuple[int, str]:
    """Raises `ValidationError`."""
    allowed = "days, and a label if you like, and nothing else"
    if not isinstance(data, dict):
        raise _wrong(f"a link is made of {allowed}: this is no object")
    for name in data:
        if name not in KEYS:
            raise _wrong(f"unknown {name[:80]!r}: a link is made of {allowed}")
    days, label = data.get("days"), data.get("label", "")
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise _wrong(f"days is not a whole number from 1 to {MOST_DAYS}")
    if not isinstance(label, str) or len(label) > MOST_LABEL or "\0" in label:
        raise _wrong(f"label is not a text of at most {MOST_LABEL} characters, none of them NUL")
    return days, label.strip()


def _wrong(detail: str) -> ValidationError:
    return ValidationError({"detail": detail})
