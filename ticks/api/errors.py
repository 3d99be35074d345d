"""What the API says where it can't answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import redis
from django.db import DatabaseError
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from ticks.api.rendering.json import Json

logger = logging.getLogger(__name__)


class Unavailable(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "What is asked for can't be looked up just now: try again."


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT


class Ahead(Conflict):
    pass


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """As JSON or HTML, whatever form was asked for: a table has no place for an error."""
    if isinstance(error, redis.RedisError | DatabaseError):
        logger.warning("a request could not be served: %s", error)
        error = Unavailable()
    response = exception_handler(error, dict(context))
    renderer = getattr(context["request"], "accepted_renderer", None)
    if response is not None and (renderer is None or renderer.format not in ("json", "api")):
        context["request"].accepted_renderer = Json()
        context["request"].accepted_media_type = Json.media_type
    return response
