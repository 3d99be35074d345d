"""Which form an answer has: that of `format`, else what is accepted."""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from ticks.api.rendering.json import Json


class Negotiation(DefaultContentNegotiation):
    """Raises `ValidationError` for a format that a view has not, and `NotAcceptable`."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        if request.method == "OPTIONS":  # what it tells has no rows
            return Json(), Json.media_type
        wanted = request.query_params.get("format", "")
        if not wanted:
            chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
            return chosen
        for renderer in renderers:
            if renderer.format == wanted:
                return renderer, str(renderer.media_type)
        allowed = ", ".join(dict.fromkeys(str(renderer.format) for renderer in renderers))
        raise ValidationError({"detail": f"format={wanted[:80]!r} is none of {allowed}"})
