"""What Django's own middleware leaves to be said."""

from __future__ import annotations

import gzip

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

PACKED = ("application/json", "text/csv", "application/x-ndjson")
"""Pages are not: they have tokens, whose length compression would give away."""
PACK_BYTES = 1024
"""What is smaller is not worth it."""
API = "/api/"
LEVEL = 1
"""Django's own, 6, takes five times as long for a twentieth less."""


class SecurityHeaders(SecurityMiddleware):
    """Over plain http browsers ignore an opener policy, and complain of it on every page."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if not request.is_secure():
            del response["Cross-Origin-Opener-Policy"]
        return response


class PrivateAnswers(MiddlewareMixin):
    """What is answered to who says who they are is kept by nobody, the browser included: Back after signing out."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.has_header("Cache-Control") and _says_who(request):
            response["Cache-Control"] = "private, no-store"
        return response


class PageLanguage(LocaleMiddleware):
    """Pages speak their reader's language. What programs read is the same for everybody: the API is English."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(API):
            translation.activate(settings.LANGUAGE_CODE)
        else:
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(API):
            return response
        return super().process_response(request, response)


class PackedAnswers(MiddlewareMixin):
    """Answers of the API that are made at once, in gzip, for who accepts that."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, HttpResponse) and _is_worth_it(response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if _accepts_gzip(request.headers.get("Accept-Encoding", "")):
                response.content = gzip.compress(response.content, LEVEL, mtime=0)
                response["Content-Encoding"] = "gzip"
                response["Content-Length"] = str(len(response.content))
        return response


def _says_who(request: HttpRequest) -> bool:
    """Whether that holds or not."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers


def _is_worth_it(response: HttpResponse) -> bool:
    if len(response.content) < PACK_BYTES or response.has_header("Content-Encoding"):
        return False
    return response.get("Content-Type", "").partition(";")[0] in PACKED


def _accepts_gzip(header: str) -> bool:
    for part in header.lower().split(","):
        name, *options = (one.strip() for one in part.split(";"))
        if name == "gzip":
            return not any(one.startswith("q=0") and not one[3:].strip("0.") for one in options)
    return False
