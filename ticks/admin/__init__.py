"""The admin: who may watch a stream and how long it is kept, what the archive holds of it, tokens and kiosk links."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ticks.admin.links import KioskLinkAdmin
from ticks.admin.segments import SegmentAdmin
from ticks.admin.streams import StreamAdmin
from ticks.admin.tokens import TokenAdmin

__all__ = ["KioskLinkAdmin", "SegmentAdmin", "StreamAdmin", "TokenAdmin"]

admin.site.site_header = admin.site.site_title = "Tick Monitor"
admin.site.index_title = _("Administration")
