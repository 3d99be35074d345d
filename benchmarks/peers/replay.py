"""Post the frames that a load generator recorded to Nchan as they came then, until told to end: FILE PORT START.

The first is posted at START (UNIX seconds). Prints how many were posted and how many were refused.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.load.recording import recorded
from benchmarks.peers.posting import BINARY, Post, told_to_end

over = told_to_end()
to, posted = Post(int(sys.argv[2]), BINARY), 0
frames = recorded(Path(sys.argv[1]))
for at, payload in frames:
    time.sleep(max(0.0, float(sys.argv[3]) + at - frames[0].at - time.time()))
    if over():
        break
    to.send(payload)
    posted += 1
print(posted, to.refused())
