"""Streams: who may watch each, and how long it is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from monitor import env
from ticks.admin.words import NOTHING, rate
from ticks.archive import retention
from ticks.archive.amount import Amount, amounts, when
from ticks.models import Stream

KEEP = "keep_days", "keep_bytes", "keep_rollups_days"


class BytesField(forms.IntegerField):
    """Also with a binary unit, as the settings have it."""

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            return env.parse_size(str(value))
        except ValueError:
            said = _("%(value)s is no number of bytes, such as 500M or 10G.")
            raise forms.ValidationError(said, params={"value": repr(value)}) from None


class StreamForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = Stream
        fields = "__all__"
        field_classes = {"keep_bytes": BytesField}
        widgets = {"keep_bytes": forms.TextInput}
        help_texts = {
            "keep_bytes": _(
                "Bytes on disk; the oldest ticks go. Empty: as TICKS_KEEP_BYTES says. 0: no limit. "
                "500M, 10G: in binary units."
            )
        }
        # The history looks up what was changed by these words.
        labels = {
            "public": _("Public"),
            "description": _("Description"),
            "keep_days": _("Keep ticks for"),
            "keep_bytes": _("Keep ticks up to"),
            "keep_rollups_days": _("Keep rollups for"),
        }

    def clean(self) -> None:
        """What is kept is what the form and the settings say together."""
        super().clean()
        own = {name: self.cleaned_data.get(name) for name in KEEP}
        fault = None if self.errors else retention.wanted(Stream(**own)).fault()
        if fault is not None:
            self.add_error("keep_rollups_days", fault)


class StreamList(ChangeList):
    """With what the archive has of each, in one query."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        found = amounts([stream.pk for stream in self.result_list])
        for stream in self.result_list:
            stream.amount = found.get(stream.pk)


@admin.register(Stream)
class StreamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    form = StreamForm
    list_display = ["name", "public", "description", "archived", "stored", "rate", "newest", "pages"]
    list_editable = ["public"]
    list_per_page = 50
    search_fields = ["name", "description"]
    fieldsets = [
        (None, {"fields": ["name", "public", "description", "created"]}),
        (_("What is kept"), {"fields": KEEP}),
    ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StreamList

    def get_readonly_fields(self, request: HttpRequest, obj: Stream | None = None) -> list[str]:
        """A stream's name is its key: only a new one's can be chosen."""
        return ["created", "name"] if obj else ["created"]

    @admin.display(description=_("ticks archived"))
    def archived(self, stream: Stream) -> str:
        found = _amount(stream)
        return f"{found.ticks:,}" if found else NOTHING

    @admin.display(description=_("on disk"))
    def stored(self, stream: Stream) -> str:
        found = _amount(stream)
        return filesizeformat(found.bytes) if found else NOTHING

    @admin.display(description=_("ticks/s, mean"))
    def rate(self, stream: Stream) -> str:
        found = _amount(stream)
        return rate(found.ticks, found.min_ts, found.max_ts) if found else NOTHING

    @admin.display(description=_("archived until"))
    def newest(self, stream: Stream) -> str:
        found = _amount(stream)
        return when(found.max_ts) if found else NOTHING

    @admin.display(description="")
    def pages(self, stream: Stream) -> SafeString:
        page, api = reverse("stream", args=[stream.name]), reverse("stream-detail", args=[stream.name])
        return format_html('<a href="{}">{}</a> · <a href="{}">API</a>', page, _("Dashboard"), api)


def _amount(stream: Stream) -> Amount | None:
    """As `StreamList` found it."""
    found: Amount | None = getattr(stream, "amount", None)
    return found
