"""Sleep until each deadline and do nothing else: INTERVAL SECONDS. Prints how many were missed by a whole interval."""

import sys
import time

interval, seconds = float(sys.argv[1]), float(sys.argv[2])
at = time.monotonic()
end, missed = at + seconds, 0
while at < end:
    at += interval
    time.sleep(max(0.0, at - time.monotonic()))
    missed += time.monotonic() - at >= interval
print(missed)
