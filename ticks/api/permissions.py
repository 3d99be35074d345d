"""Who may read what over the API: staff everything, everybody the public streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from ticks.models import is_staff

if TYPE_CHECKING:  # the views import the permissions
    from rest_framework.views import APIView


class StaffOrPublicStream(BasePermission):
    """Reading only. What a view may show is narrowed by `StreamQuerySet.readable_by`, so names don't leak."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS


class StaffOnly(BasePermission):
    """All of it, for staff alone."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return is_staff(request.user)
