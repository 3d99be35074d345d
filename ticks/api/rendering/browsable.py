"""The API for people: pages with a form for the query, a chart, and the JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.utils.breadcrumbs import get_breadcrumbs
from rest_framework.utils.formatting import dedent
from rest_framework.utils.urls import replace_query_param

from ticks.api.rendering import charted, pretty
from ticks.api.rendering.answer import Answer
from ticks.api.rendering.chart import Chart, number, period
from ticks.api.rendering.form import Input, inputs, marked
from ticks.api.resources import RESOURCES

FORMATS = {"json": "JSON", "csv": "CSV", "jsonl": "JSON lines"}
EXPORTS = {"jsonl": "JSON lines", "jsonl.zst": "zstd", "csv": "CSV"}
RANGE = ("from_ts", "to_ts", "after", "before", "epoch", "fields")
"""What an export may be asked for, as a page of ticks may."""
FIRST_CHARTS, MOST_CHARTS = 4, 12
"""Of a page of ticks; and of one whose fields were asked for."""


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_here: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart with what stands around it."""

    chart: Chart

    @property
    def svg(self) -> str:
        return mark_safe(self.chart.svg())  # it escapes what it shows

    @property
    def least(self) -> str:
        return number(self.chart.least, self.chart.unit)

    @property
    def most(self) -> str:
        return number(self.chart.most, self.chart.unit)


def _about(view: Any) -> str:
    """What the method says that answers, or its view."""
    method = getattr(view, getattr(view, "action", None) or "", None)
    return dedent(method.__doc__) if method is not None and method.__doc__ else view.get_view_description()


class Browsable(BrowsableAPIRenderer):
    """Its template is the site's own: no script or style in the page, no library."""

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]
    ) -> dict[str, Any]:
        view, request, response = (renderer_context[name] for name in ("view", "request", "response"))
        crumbs = _crumbs(request)
        figures = [Figure(chart) for chart in _charts(view, data)]
        is_good = response.status_code == HTTPStatus.OK
        is_found = is_good or response.status_code == HTTPStatus.BAD_REQUEST
        return {
            "name": " · ".join(crumb.label for crumb in crumbs[2:] or crumbs[-1:]),
            "description": marked(_about(view)),
            "crumbs": crumbs,
            "error": _detail(data) if response.status_code >= HTTPStatus.BAD_REQUEST else "",
            "inputs": _inputs(view, request, data) if is_found else [],
            "resources": _resources(view, request) if is_found else [],
            "formats": _formats(view, request) if is_good else [],
            "exports": _exports(view, request) if is_good else [],
            "pages": _pages(data),
            "figures": figures,
            "period": period(figures[0].chart.start, figures[0].chart.end) if figures else "",
            "can_delete": "DELETE" in view.allowed_methods and is_good,
            "response": response,
            "headers": _headers(response),
            "content": mark_safe(pretty.html(data)),  # it escapes what it shows
        }


def _crumbs(request: Request) -> list[Link]:
    """The way to this page, by the parts of its address."""
    urls = [url for _, url in get_breadcrumbs(request.path, request)]
    labels = ["API", *(url.rstrip("/").rpartition("/")[2] for url in urls[1:])]
    return [Link(label, url, url == request.path) for label, url in zip(labels, urls, strict=False)]


def _pages(data: Any) -> list[Link]:
    found = data if isinstance(data, Mapping) else {}
    return [Link(rel, found[rel]) for rel in ("previous", "next") if found.get(rel)]


def _detail(data: Any) -> str:
    return str(data["detail"]) if isinstance(data, Mapping) and "detail" in data else ""


def _inputs(view: Any, request: Request, data: Any) -> Sequence[Input]:
    query = getattr(view, "query", None)
    return inputs(query(data={}).parameters, request.query_params, _detail(data)) if query is not None else []


def _resources(view: Any, request: Request) -> list[Link]:
    """What else there is of the stream that the page is about."""
    name = view.kwargs.get("name")
    if name is None:
        return []
    urls = {"stream": reverse("stream-detail", args=[name])}
    urls |= {resource: reverse(f"{resource}-list", args=[name]) for resource in RESOURCES if resource != "export"}
    urls["segments"] = f"{reverse('segment-list')}?{urlencode({'stream': name})}"
    return [Link(label, url, url == request.path) for label, url in urls.items()]


def _formats(view: Any, request: Request) -> list[Link]:
    names = [renderer.format for renderer in view.get_renderers() if renderer.format != Browsable.format]
    here = request.get_full_path()
    return [Link(FORMATS.get(name, name), replace_query_param(here, "format", name)) for name in names]


def _exports(view: Any, request: Request) -> list[Link]:
    """Of all ticks of which this page is a part."""
    if getattr(view, "basename", None) != "ticks":
        return []
    given = {name: value for name in RANGE if (value := request.query_params.get(name))}
    url = reverse("export-list", args=[view.kwargs["name"]])
    return [Link(label, f"{url}?{urlencode({**given, 'format': name})}") for name, label in EXPORTS.items()]


def _headers(response: Response) -> list[tuple[str, str]]:
    """Without those that are about this page, not about the answer."""
    return sorted((name, value) for name, value in response.items() if name != "Content-Type")


def _charts(view: Any, data: Any) -> list[Chart]:
    basename = getattr(view, "basename", None)
    if not isinstance(data, Answer) or basename not in ("ticks", "series"):
        return []
    declared = view.stream.fields
    if basename == "series":
        return charted.of_series(data["ts"], data["width_s"], data["fields"], declared, MOST_CHARTS)
    rows = data.rows() if view.asked["order"] == "asc" else data.rows()[::-1]
    return charted.of_ticks(rows, data["gaps"], declared, MOST_CHARTS if view.asked["fields"] else FIRST_CHARTS)
