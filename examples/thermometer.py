"""A source of your own: `manage.py runproducer examples.thermometer:readings`."""

import random
import time


def readings():
    celsius = 20.0
    while True:
        celsius += random.uniform(-0.1, 0.1)
        yield {"celsius": round(celsius, 2)}
        time.sleep(0.5)
