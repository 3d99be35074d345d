"""The product's own settings, in a home that ends with the test run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

home = tempfile.mkdtemp(prefix="tickmon-test-")
atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ["MONITOR_HOME"] = home
for name in ("REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG"):
    os.environ.pop(name, None)

from monitor.settings import *  # noqa: E402, F403  # the home must be named first

# Any number of requests may come from one address here: all of the tests' do.
TICKS_API_RATE = TICKS_EXPORT_RATE = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file, as in life: threads and the event loop read it at once.
DATABASES["default"]["TEST"] = {"NAME": f"{home}/test.sqlite3"}  # noqa: F405
