"""JSON, into which stored records go as they are: nothing is parsed and dumped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

_other = JSONEncoder().default


class Json(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None  # RFC 8259: it is UTF-8

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if data is None:
            return b""
        options = orjson.OPT_NON_STR_KEYS
        if "indent=" in (accepted_media_type or ""):
            options |= orjson.OPT_INDENT_2
        return orjson.dumps(data, default=_other, option=options)
