"""The pages: dashboard, all streams, sign-in, one-time links."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import orjson
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ticks import links
from ticks.api.base import brief_store_of
from ticks.assets import modules
from ticks.history import fields
from ticks.models import Board, Field, Stream, is_staff
from ticks.preload import first_window, order

DEFAULT_STREAM = "main"
WINDOW_S = 300
"""What the first paint shows, in seconds."""
OTHER_TIMES = {"from", "to", "last"}
"""By which an address asks for something else."""
ANSWER_S = 0.4
"""So long a page waits for the newest tick: it gets it by itself as well."""
SPEEDS = ("0.5", "1", "2", "5", "10", "30", "60")
"""Of a replay."""
FEW = 8
"""More streams than this have a filter."""


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


@require_safe
def streams(request: HttpRequest) -> HttpResponse:
    """All streams that one may read, with how they are."""
    readable = Stream.objects.readable_by(request.user)
    if not request.user.is_authenticated and not readable.exists():
        return redirect_to_login(request.get_full_path())
    return render(request, "streams.html", {"streams": readable, "few": FEW, "modules": modules("ticks/streams.js")})


def _page(request: HttpRequest, stream: Stream) -> HttpResponse:
    readable = list(Stream.objects.readable_by(request.user))
    own = {
        "streams": [other.name for other in readable],
        "user": request.user.get_username() or None,
        "board": _board(request, stream),
    }
    context = shown(stream, "ticks/dashboard.js", own)
    is_usual = not OTHER_TIMES & request.GET.keys()
    context["page"]["first"] = _first(stream, context["page"]) if is_usual else None
    return render(request, "dashboard.html", {**context, "streams": readable, "speeds": SPEEDS})


def shown(stream: Stream, entry: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """What a page that shows a stream is made with: for its program, the module `entry`, with what is `own` to it."""
    page = {
        "stream": stream.name,
        "ws": "/ws/stream",
        "api": reverse("stream-detail", args=[stream.name]),
        "window_s": WINDOW_S,
        "fields": stream.fields,
        **own,
        **_known(stream),
    }
    return {"page": page, "stream": stream, "modules": modules(entry, *_cards(page["known"]))}


def _first(stream: Stream, page: Mapping[str, Any]) -> dict[str, Any] | None:
    """None also where nobody answered for the newest tick: nothing is waited for twice."""
    if page["latest"] is None:
        return None
    paths = order([field["path"] for field in page["known"]], page["latest"])
    return first_window(brief_store_of(stream.name, ANSWER_S), page["api"], paths, WINDOW_S)


def _cards(known: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Modules of the cards that the page will need besides charts, which it finds late by itself."""
    kinds = {field["type"] for field in known}
    if kinds & {Field.Kind.BOOLEAN, Field.Kind.TEXT}:
        yield "ticks/board/states/statescard.js"
    if Field.Kind.LENGTH in kinds:
        yield "ticks/board/objects/objectscard.js"


def _known(stream: Stream) -> dict[str, Any]:
    """Its fields and its newest tick, so that the first picture waits for no other answer; None where nobody knows."""
    line = fields.newest_line(brief_store_of(stream.name, ANSWER_S))
    known = [{"path": field.path, "type": field.kind} for field in fields.known_with(stream.name, line)]
    newest = None
    with suppress(orjson.JSONDecodeError):
        newest = orjson.loads(line) if line is not None else None
    return {"known": known, "latest": newest}


def _board(request: HttpRequest, stream: Stream) -> dict[str, list[str]] | None:
    """How this user arranged it; None for who is nobody, whose browser knows."""
    if not request.user.is_authenticated:
        return None
    found = Board.objects.filter(user=request.user, stream=stream).first()
    return {name: getattr(found, name) if found is not None else [] for name in ("pinned", "hidden", "order")}


class SignIn(LoginView):
    """The sign-in page, which lists the public streams, and says how programs read them from this server."""

    template_name = "login.html"
    redirect_authenticated_user = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "streams": Stream.objects.filter(public=True),
            "modules": modules("ticks/signin.js"),
            "site": _site(self.request),
            "socket": f"{'wss' if self.request.is_secure() else 'ws'}://{self.request.get_host()}",
            "loginlink": _loginlink(self.request),
        }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: GET shows a button, its POST signs in."""
    found = links.find(token)
    if found is None or (request.method == "POST" and not links.spend(found)):
        return render(request, "link_spent.html", {"loginlink": _loginlink(request)}, status=410)
    if request.method == "POST":
        login(request, found.user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("dashboard")
    return render(request, "link.html", {"username": found.user.get_username(), "expires_at": found.expires_at})


def _site(request: HttpRequest) -> str:
    """Where this server was asked."""
    return f"{request.scheme}://{request.get_host()}"


def _loginlink(request: HttpRequest) -> str:
    """The command whose link leads to this server."""
    site = _site(request)
    where = [] if site == links.USUAL_SITE else ["--url", site]
    return shlex.join(["python", "manage.py", "loginlink", *where])
