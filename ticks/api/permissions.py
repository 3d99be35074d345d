"""Who may read what over the API: staff everything, everybody the public streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from ticks.models import KioskLink, Stream, Token, is_staff

if TYPE_CHECKING:  # the views import the permissions
    from rest_framework.views import APIView


class StaffOrPublicStream(BasePermission):
    """Reading only. What a view may show is narrowed by `readable`, so names don't leak."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method not in SAFE_METHODS:
            raise MethodNotAllowed(str(request.method))
        return True


class StaffOnly(BasePermission):
    """All of it, for staff alone."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return is_staff_of(request)


def readable(request: Request) -> QuerySet[Stream]:
    """The streams that who asks may read."""
    link = link_of(request)
    if link is not None:
        return Stream.objects.filter(pk=link.stream_id)
    return Stream.objects.readable_by(request.user, _token(request))


def is_staff_of(request: Request) -> bool:
    """Whether staff asks, and not by a token of one stream."""
    return is_staff(request.user, _token(request))


def link_of(request: Request) -> KioskLink | None:
    """By which a screen asks."""
    return request.auth if isinstance(request.auth, KioskLink) else None


def _token(request: Request) -> Token | None:
    """By which who asks is known, if by any."""
    return request.auth if isinstance(request.auth, Token) else None
