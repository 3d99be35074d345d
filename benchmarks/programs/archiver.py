"""Index, roll up and seal what is written to the home's archive, until the standard input ends and all is done."""

import sys
import threading
import time

import django

django.setup()

from django.conf import settings
from django.db.models import Max

from ticks.archive.archiver import Archiver
from ticks.models import Segment

ended = threading.Event()
archiver = Archiver(settings.TICKS_ARCHIVE, threading.Event())


def turn() -> bool:
    """Whether anything was done: what is sealed anew has a new row too."""
    before = Segment.objects.aggregate(Max("pk"))
    archiver.turn()
    return Segment.objects.aggregate(Max("pk")) != before


def wait() -> None:
    sys.stdin.read()
    ended.set()


threading.Thread(target=wait, daemon=True).start()
while True:
    was_all = ended.is_set()
    if not turn():
        if was_all:
            break
        time.sleep(0.05)
