from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import APIRootView
from rest_framework.views import APIView

from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import FOR_ROOT, JSON, operation


class NothingView(APIView):
    """What there is nothing at, as an error of the API."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotFound(f"There is nothing at {request.path[:200]!r}: /api/ says what there is.")


class RootView(APIRootView):
    """The past of every stream, over any range at any zoom."""

    @operation("read_root", "What there is", {JSON: (shapes.ROOT, examples.ROOT)}, refusals=FOR_ROOT)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.api_root_dict = {**(self.api_root_dict or {}), "schema": "schema", "docs": "docs"}
        return super().get(request, *args, **kwargs)
