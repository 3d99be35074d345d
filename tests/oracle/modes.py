"""All ways there are to read a stream, each with its subscribers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle

from tests.oracle import http_asking, http_streams, sockets
from tests.oracle.readers import ALL_KEPT, NEWEST, Open, Reader

SOCKETS: tuple[type[Reader], ...] = sockets.MODES
HTTP: tuple[type[Reader], ...] = (*http_streams.MODES, *http_asking.MODES)


def of_all_modes(
    open_socket: Open, first: int | None = ALL_KEPT, leave_out: Iterable[type[Reader]] = ()
) -> list[Reader]:
    """One of each mode, those who want all that is kept and those who want the newest in turn; `first` is the first."""
    starts = cycle((first, NEWEST if first == ALL_KEPT else ALL_KEPT))
    modes = [mode for mode in (*SOCKETS, *HTTP) if mode not in leave_out]
    return [mode(open_socket, start) for mode, start in zip(modes, starts, strict=False)]
