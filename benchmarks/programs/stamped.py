"""Write the time, so many times, so many seconds apart: TICKS SECONDS."""

import sys
import time

import django

django.setup()

from ticks.producer import TickWriter

with TickWriter("main") as writer:
    for _ in range(int(sys.argv[1])):
        time.sleep(float(sys.argv[2]))
        writer.write({"sent": time.time()})
