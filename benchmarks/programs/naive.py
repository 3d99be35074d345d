"""The program that this project replaces: sample under a lock; sleep, lock, copy and send. RATE SECONDS."""

import asyncio
import copy
import json
import sys
import threading
import time
from typing import Any

import django

django.setup()

from channels.layers import get_channel_layer

from ticks.producer.sources.simulation import Simulation

rate, seconds = float(sys.argv[1]), float(sys.argv[2])
lock, latest = threading.Lock(), dict[str, Any]()
end = time.monotonic() + seconds


def sample() -> None:
    source, t = Simulation(), 0
    while time.monotonic() < end:
        with lock:
            t += 1
            latest.update(source.sample(), t=t, ts=time.time())
        time.sleep(1 / rate)


async def send() -> int:
    layer, sent = get_channel_layer(), 0
    while time.monotonic() < end:
        with lock:
            record = copy.deepcopy(latest)
        await layer.group_send("naive", {"type": "tick", "text": json.dumps(record)})
        sent += 1
        await asyncio.sleep(1 / rate)
    return sent


used = time.process_time()
sampling = threading.Thread(target=sample)
sampling.start()
sent = asyncio.run(send())
sampling.join()
print(sent, time.process_time() - used)
