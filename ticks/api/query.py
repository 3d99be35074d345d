"""The query of a view, declared: what is given is checked, and forms and the schema are made of the same."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from ticks.api.parameters import Parameter

FORMAT = "format"
"""Chooses the renderer in every query."""


class Query(serializers.Serializer[Any]):
    """Its fields are parameters."""

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """What is asked for, by name; what is absent or empty is what each parameter means then.

        Raises `ValidationError`, which names the parameter, its value and what is allowed.
        """
        asked = cls(data={})
        known: dict[str, Parameter] = asked.parameters
        given = request.query_params
        for name in given:
            if name not in known and name != FORMAT:
                allowed = ", ".join([*known, FORMAT])
                raise ValidationError({"detail": f"unknown parameter {name[:80]!r}: allowed are {allowed}"})
            if len(given.getlist(name)) > 1:
                raise ValidationError({"detail": f"{name} is given twice"})
        return {name: asked._value(one, given.get(name, "")) for name, one in known.items()}

    @property
    def parameters(self) -> dict[str, Parameter]:
        return {name: field for name, field in self.fields.items() if isinstance(field, Parameter)}

    def _value(self, parameter: Parameter, text: str) -> Any:
        if not text:
            return parameter.otherwise
        try:
            return parameter.to_internal_value(text)
        except ValidationError as error:
            said = error.detail[0] if isinstance(error.detail, list) else error.detail
            raise ValidationError({"detail": str(said)}) from None
