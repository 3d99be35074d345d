"""Where an answer begins, or the problem why it can't."""

from __future__ import annotations

from http import HTTPStatus

from ticks.cursor import Cursor
from ticks.http_query import After, Between
from ticks.live.feed import Feed
from ticks.live.locating import Ahead, Located, NotKept, NotKnown, located
from ticks.transports.http.endpoint import NO_ANSWER
from ticks.transports.http.problems import Problem


async def placed_after(feed: Feed, asked: After, name: str) -> Cursor | None:
    """None where the stream has no tick at all. `name` is that of the parameter. Raises `Problem`."""
    place = await _located(feed, asked.epoch, asked.t, f"{name}={asked.t}", from_oldest=asked.t == -1)
    return place.cursor if place is not None else None


async def placed_before(feed: Feed, asked: Between) -> Located | None:
    """The same for the tick before a range."""
    return await _located(feed, asked.epoch, asked.t0 - 1, f"t0={asked.t0}")


async def _located(feed: Feed, epoch: str | None, t: int, asked: str, *, from_oldest: bool = False) -> Located | None:
    try:
        return await located(feed, epoch, t, from_oldest=from_oldest)
    except Ahead as ahead:
        detail = f"{asked} is ahead of the newest tick, t={ahead.newest_t} of epoch {ahead.epoch}"
        facts = {"epoch": ahead.epoch, "newest_t": ahead.newest_t}
        raise Problem(HTTPStatus.CONFLICT, detail, facts) from None
    except NotKept as gone:
        present = f"the present one is {gone.present}" if gone.present else "there is none yet"
        detail = f"nothing is kept of epoch={epoch}: {present}"
        raise Problem(HTTPStatus.GONE, detail, {"epoch": gone.present}) from None
    except NotKnown:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, NO_ANSWER) from None
