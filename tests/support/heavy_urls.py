"""The product's pages, and `burn/`, which keeps the interpreter busy."""

from __future__ import annotations

import time

from django.http import HttpRequest, JsonResponse
from django.urls import include, path


def burn(request: HttpRequest) -> JsonResponse:
    """Compute in pure Python for `seconds` of CPU; tells from when to when that was, in UNIX seconds."""
    began, end = time.time(), time.thread_time() + float(request.GET["seconds"])
    number = 0
    while time.thread_time() < end:
        number = sum(digit * digit for digit in range(1000)) ^ number
    return JsonResponse({"began": began, "ended": time.time(), "used": time.thread_time()})


urlpatterns = [path("burn/", burn), path("", include("monitor.urls"))]
