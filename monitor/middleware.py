"""What Django's own middleware leaves to be said."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware


class SecurityHeaders(SecurityMiddleware):
    """Over plain http browsers ignore an opener policy, and complain of it on every page."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if not request.is_secure():
            del response["Cross-Origin-Opener-Policy"]
        return response
