"""The fields of a stream: what its ticks were seen to have, and what its source says of them."""

from __future__ import annotations

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from ticks.api.base import StreamView
from ticks.api.rendering.answer import Answer, Told, lines_of
from ticks.api.rendering.tabular import TABULAR
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import operation, tabular
from ticks.history.described import described
from ticks.history.fields import known


class FieldsViewSet(StreamView):
    """The fields of a stream, by their dotted paths: type, unit, label, and when they were seen first and last.

    Of an array of numbers each is a field, of another array its `length`.
    """

    renderer_classes = TABULAR
    is_for_links = True

    @operation(
        "list_fields",
        "The fields of a stream",
        tabular(shapes.FIELDS, examples.FIELDS, examples.FIELDS_CSV, examples.FIELDS_LINES),
        path=["name"],
    )
    def list(self, request: Request, name: str) -> Response:
        fields = [
            {
                "path": field.path,
                "type": field.kind,
                **described(self.stream.fields, field.path),
                "first_ts": field.first_ts,
                "last_ts": field.last_ts,
            }
            for field in known(self.store)
        ]
        return Told(Answer({"stream": name, "fields": fields}, partial(lines_of, fields)))
