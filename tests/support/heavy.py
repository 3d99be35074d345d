"""Settings of a site that has, besides, a page that computes for as long as it is asked to."""

from __future__ import annotations

from monitor.settings import *  # noqa: F403  # all of the product's

ROOT_URLCONF = "tests.support.heavy_urls"
