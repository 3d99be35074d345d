from __future__ import annotations

from rest_framework.routers import DefaultRouter

from ticks.api.subscribers import SubscriberViewSet
from ticks.api.views import StreamViewSet

router = DefaultRouter()
router.include_format_suffixes = False  # a stream may be named "a.json"
router.register("streams", StreamViewSet, basename="stream")
router.register("subscribers", SubscriberViewSet, basename="subscriber")
urlpatterns = router.urls
