"""Take the simulation's records at a rate and do nothing with them: RATE SECONDS."""

import sys
import threading
import time

import django

django.setup()

from ticks.producer.sources.simulation import Simulation
from ticks.schedule import Schedule

rate, seconds = float(sys.argv[1]), float(sys.argv[2])
source, stop = Simulation(), threading.Event()
schedule = Schedule(1 / rate, wall=time.time(), monotonic=time.monotonic())
end, used, ticks = time.monotonic() + seconds, time.process_time(), 0
while (deadline := schedule.next(time.monotonic())).at < end:
    stop.wait(max(0.0, deadline.at - time.monotonic()))
    source.sample()
    ticks += 1
print(ticks, time.process_time() - used)
