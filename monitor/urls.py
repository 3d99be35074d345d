from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from ticks import dashboard, kiosk

urlpatterns = [
    path("", dashboard.home, name="dashboard"),
    path("streams/", dashboard.streams, name="streams"),
    path("s/<str:name>/", dashboard.stream, name="stream"),
    path("login/", dashboard.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
    path("link/<str:token>/", dashboard.link, name="link"),
    path("k/<str:signed>/", kiosk.page, name="kiosk"),
    path("api/", include("ticks.api.urls")),
    # Pages that name no icon, as the admin's, are asked for this one.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}ticks/favicon.svg")),
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
]
