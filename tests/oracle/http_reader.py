"""What all subscribers over plain HTTP share: a connection, and its end."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from tests.oracle.history import Closed, Cursor
from tests.oracle.http_wire import CUTS, Wire
from tests.oracle.readers import Reader


class HttpReader(Reader):
    asks: ClassVar[Mapping[str, str]] = {}
    """The headers of its requests."""
    _wire: Wire | None = None

    async def session(self, asked: Cursor | None) -> Closed:
        try:
            self._wire = await Wire.over(self.open_socket())
            return await self.converse(self._wire, asked)
        except CUTS:
            return Closed(None)
        finally:
            self.cut()
            self._wire = None

    @abstractmethod
    async def converse(self, wire: Wire, asked: Cursor | None) -> Closed:
        """All that is asked and answered over one connection."""

    def cut(self) -> None:
        if self._wire is not None:
            self._wire.abort()

    async def leave(self) -> None:
        self.leaving = True
        self.go_on()
        self.cut()
