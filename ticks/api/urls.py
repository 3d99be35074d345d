from __future__ import annotations

from django.urls import path, re_path
from rest_framework.routers import DefaultRouter

from ticks.api.board import BoardViewSet
from ticks.api.docs import DocsView, SchemaView
from ticks.api.export import ExportViewSet
from ticks.api.fields import FieldsViewSet
from ticks.api.gaps import GapsViewSet
from ticks.api.health import HealthViewSet
from ticks.api.links import LinkViewSet
from ticks.api.pulse import PulseViewSet
from ticks.api.root import NothingView, RootView
from ticks.api.segments import SegmentViewSet
from ticks.api.series import SeriesViewSet
from ticks.api.streams import StreamViewSet
from ticks.api.subscribers import SubscriberViewSet
from ticks.api.summary import SummaryViewSet
from ticks.api.ticks import TicksViewSet, TickViewSet
from ticks.cursor import STREAM

OF_STREAM = rf"streams/(?P<name>{STREAM.pattern})"

router = DefaultRouter()
router.APIRootView = RootView
router.include_format_suffixes = False  # a stream may be named "a.json"
router.register("streams", StreamViewSet, basename="stream")
router.register(rf"{OF_STREAM}/fields", FieldsViewSet, basename="fields")
router.register(rf"{OF_STREAM}/summary", SummaryViewSet, basename="summary")
router.register(rf"{OF_STREAM}/ticks", TicksViewSet, basename="ticks")
router.register(rf"{OF_STREAM}/ticks", TickViewSet, basename="tick")
router.register(rf"{OF_STREAM}/series", SeriesViewSet, basename="series")
router.register(rf"{OF_STREAM}/gaps", GapsViewSet, basename="gaps")
router.register(rf"{OF_STREAM}/export", ExportViewSet, basename="export")
router.register(rf"{OF_STREAM}/health", HealthViewSet, basename="health")
router.register("pulse", PulseViewSet, basename="pulse")
router.register("segments", SegmentViewSet, basename="segment")
router.register("subscribers", SubscriberViewSet, basename="subscriber")
# One there is, at the address of a list.
own = BoardViewSet.as_view({"get": "list", "put": "update", "delete": "destroy"}, basename="board")
links = LinkViewSet.as_view({"get": "list", "post": "create"}, basename="link")
link = LinkViewSet.as_view({"delete": "destroy"}, basename="link")
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path(rf"^{OF_STREAM}/board/$", own, name="board-list"),
    re_path(rf"^{OF_STREAM}/links/$", links, name="link-list"),
    re_path(rf"^{OF_STREAM}/links/(?P<link>[0-9a-f]{{1,64}})/$", link, name="link-detail"),
    *router.urls,
    re_path(r"^(?:.*/)$", NothingView.as_view(), name="nothing"),
]
