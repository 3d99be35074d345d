"""The admin: who may watch a stream, what the archive holds of it, the tokens of scripts."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from ticks.models import Segment, Stream, Token

admin.site.site_header = admin.site.site_title = "Tick Monitor"
admin.site.index_title = "Administration"


@admin.register(Stream)
class StreamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = ["name", "public", "description", "created"]
    list_editable = ["public"]
    search_fields = ["name", "description"]

    def get_readonly_fields(self, request: HttpRequest, obj: Stream | None = None) -> list[str]:
        """A stream's name is its key: only a new one's can be chosen."""
        return ["created", "name"] if obj else ["created"]


@admin.register(Segment)
class SegmentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = ["path", "stream", "first_t", "last_t", "count", "bytes", "stored"]
    list_filter = ["stream", "epoch"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return False


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """They are made by `manage.py token`, which shows the secret once; here they are looked at and revoked."""

    list_display = ["name", "user", "created", "used", "expires"]
    list_filter = ["user"]
    fields = ["user", "name", "created", "used", "expires"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False
