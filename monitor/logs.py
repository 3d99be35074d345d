"""What the log is not to tell."""

from __future__ import annotations

import logging
import re

_SIGNED = re.compile(r"\b([0-9a-f]{16})\.[\w-]{43}", re.ASCII)


class WithoutLinks(logging.Filter):
    """Whoever has a kiosk link may use it: of one that stands in an address, nothing but its id is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = _SIGNED.sub(r"\1.…", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True
