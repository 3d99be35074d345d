"""Kiosk links: looked at and revoked, never changed. They are made in a stream's page, which shows their address."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ticks.models import KioskLink


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("valid", gettext("valid")), ("over", gettext("expired, revoked, or its maker is no longer staff"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[KioskLink]) -> QuerySet[KioskLink]:
        valid = KioskLink.objects.valid()
        if self.value() == "valid":
            return queryset.filter(pk__in=valid)
        return queryset.exclude(pk__in=valid) if self.value() == "over" else queryset


@admin.register(KioskLink)
class KioskLinkAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = ["__str__", "stream", "created_by", "created", "used", "expires", "state"]
    list_filter = [
        StateFilter,
        ("stream", admin.RelatedOnlyFieldListFilter),
        ("created_by", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["stream", "created_by"]
    search_fields = ["label", "id"]
    fields = ["id", "label", "stream", "created_by", "created", "used", "expires", "revoked", "state"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: KioskLink | None = None) -> bool:
        return False

    @admin.display(description=_("state"))
    def state(self, link: KioskLink) -> str:
        if link.revoked is not None:
            return gettext("revoked")
        if link.expires <= timezone.now():
            return gettext("expired")
        maker = link.created_by
        return gettext("valid") if maker.is_active and maker.is_staff else gettext("its maker is no longer staff")

    @admin.action(description=_("Revoke the chosen links"), permissions=["delete"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[KioskLink]) -> None:
        count = KioskLink.objects.filter(pk__in=queryset).revoke()
        said = _("Revoked: %(count)s. Who reads by them is closed within one heartbeat.")
        messages.success(request, said % {"count": count})
