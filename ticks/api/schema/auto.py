"""How the description is made of the views."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema


class AsSaid(AutoSchema):
    """The shapes are those that `operation` was given: a list is no array of them."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """With the schemes declared by which one signs in: an operation that says its own does not declare them.

        What is to be sent is to be sent always.
        """
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None and "requestBody" in operation:
            operation["requestBody"]["required"] = True
        AutoSchema.get_auth(self)
        return operation
