"""The forms of what has rows."""

from __future__ import annotations

from rest_framework.renderers import BaseRenderer
from rest_framework.views import APIView

from ticks.api.rendering.lines import Lines
from ticks.api.rendering.table import Table

TABULAR: list[type[BaseRenderer]] = [*APIView.renderer_classes, Table, Lines]
