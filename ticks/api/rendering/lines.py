"""The rows of an answer, one a line: JSON, as stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from ticks.api.rendering.answer import Rows


class Lines(BaseRenderer):
    media_type = "application/x-ndjson"
    format = "jsonl"
    charset = None

    def render(
        self,
        data: Rows,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"".join(b"%b\n" % line for line in data.lines())
