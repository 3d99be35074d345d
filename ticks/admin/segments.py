"""Segments: what the archive holds. Tables of 100,000 of them are paged without being counted or sorted whole."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ticks.admin.words import NOTHING, rate
from ticks.archive.amount import when
from ticks.archive.rollups.levels import is_rollup, parted
from ticks.models import Segment

MAX_DIGITS = 16
"""Of a t."""
MOST = 10_000
"""So many can be paged through."""


class FirstPages(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Of the first rows that there are: neither a count nor an offset goes further."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Segment] = self.object_list  # type: ignore[assignment]  # the admin's is always one
        return rows.order_by()[:MOST].count()


class StreamFilter(admin.SimpleListFilter):
    title, parameter_name = _("stream"), "stream"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = Segment.objects.order_by("stream").values_list("stream", flat=True).distinct()
        return [(name, _named(name)) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Segment]) -> QuerySet[Segment]:
        return queryset.filter(stream=self.value()) if self.value() else queryset


class EpochFilter(admin.SimpleListFilter):
    """Those of the stream that was chosen, newest first."""

    title, parameter_name = _("epoch"), "epoch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = Segment.objects.filter(stream=request.GET.get("stream", "")).order_by("-epoch")
        return [(epoch, epoch) for epoch in rows.values_list("epoch", flat=True).distinct()[:100]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Segment]) -> QuerySet[Segment]:
        return queryset.filter(epoch=self.value()) if self.value() else queryset


@admin.register(Segment)
class SegmentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = ["path", "what", "ticks", "rate", "since", "until", "on_disk", "raw", "ratio", "download"]
    list_filter = [StreamFilter, EpochFilter]
    search_fields = ["path"]
    search_help_text = _("Part of a path, or a t: whatever segment has it")
    ordering = ["stream", "-epoch", "-first_t"]
    sortable_by = ()
    show_full_result_count = False
    paginator = FirstPages
    readonly_fields = ["what", "rate", "since", "until", "on_disk", "raw", "ratio", "download"]
    fieldsets = [
        (None, {"fields": ["path", "what", "epoch", "download"]}),
        (_("Ticks"), {"fields": ["first_t", "last_t", "prev_t", "n", "count", "since", "until", "rate"]}),
        (_("Size"), {"fields": ["on_disk", "raw", "ratio"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        said = _("%(most)s at most can be paged through: filter by stream and epoch for others")
        told = {"subtitle": said % {"most": f"{MOST:,}"}}
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if term.isascii() and term.isdigit() and len(term) <= MAX_DIGITS:
            return queryset.filter(first_t__lte=int(term), last_t__gte=int(term)), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("of"))
    def what(self, row: Segment) -> str:
        return _named(row.stream)

    @admin.display(description=_("ticks"))
    def ticks(self, row: Segment) -> str:
        return f"{row.count:,}"

    @admin.display(description=_("ticks/s"))
    def rate(self, row: Segment) -> str:
        return NOTHING if is_rollup(row.stream) else rate(row.count, row.min_ts, row.max_ts)

    @admin.display(description=_("from"))
    def since(self, row: Segment) -> str:
        return when(row.min_ts)

    @admin.display(description=_("to"))
    def until(self, row: Segment) -> str:
        return when(row.max_ts)

    @admin.display(description=_("on disk"))
    def on_disk(self, row: Segment) -> str:
        return filesizeformat(row.stored)

    @admin.display(description=_("raw"))
    def raw(self, row: Segment) -> str:
        return filesizeformat(row.bytes)

    @admin.display(description=_("ratio"))
    def ratio(self, row: Segment) -> str:
        return f"{row.bytes / row.stored:.1f} ×" if row.stored else NOTHING

    @admin.display(description=_("file"))
    def download(self, row: Segment) -> str:
        if is_rollup(row.stream):
            return NOTHING
        key = f"{row.stream}:{row.epoch}:{row.first_t}"
        return format_html('<a href="{}">{}</a>', reverse("segment-download", kwargs={"key": key}), _("Download"))


def _named(stream: str) -> str:
    name, step = parted(stream)
    if not step:
        return stream
    return _("%(rollup)s: rollup of %(stream)s, %(step)s s a row") % {"rollup": stream, "stream": name, "step": step}
