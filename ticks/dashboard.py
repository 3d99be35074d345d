"""The pages: dashboard, sign-in, one-time links."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ticks import links
from ticks.models import Stream, is_staff

DEFAULT_STREAM = "main"
WINDOW_S = 300
"""What the first paint shows, in seconds."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The dashboard of the default stream, for staff."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not is_staff(request.user):
        raise PermissionDenied
    return _page(request, Stream.objects.get_or_create(name=DEFAULT_STREAM)[0])


@require_safe
def stream(request: HttpRequest, name: str) -> HttpResponse:
    """The same page for one stream: staff, or everybody where it is public."""
    found = Stream.objects.readable_by(request.user).filter(name=name).first()
    if found is not None:
        return _page(request, found)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not is_staff(request.user):
        raise PermissionDenied
    raise Http404(f"There is no stream {name!r}.")


def _page(request: HttpRequest, stream: Stream) -> HttpResponse:
    page = {
        "stream": stream.name,
        "ws": "/ws/stream",
        "window_s": WINDOW_S,
        "heartbeat_s": settings.TICKS_HEARTBEAT_S,
        "fields": stream.fields,
        "public": stream.public,
        "signed_in": request.user.is_authenticated,
    }
    streams = Stream.objects.readable_by(request.user)
    return render(request, "dashboard.html", {"page": page, "stream": stream, "streams": streams})


class SignIn(LoginView):
    """The sign-in page, which lists the public streams."""

    template_name = "login.html"
    redirect_authenticated_user = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "streams": Stream.objects.filter(public=True)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: GET shows a button, its POST signs in."""
    found = links.find(token)
    if found is None or (request.method == "POST" and not links.spend(found)):
        return render(request, "link_spent.html", status=410)
    if request.method == "POST":
        login(request, found.user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("dashboard")
    return render(request, "link.html", {"username": found.user.get_username(), "expires_at": found.expires_at})
