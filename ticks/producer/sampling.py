"""What becomes of the samples of a source, planned or not: which are written, and what is said of the others."""

from __future__ import annotations

from ticks.producer.failures import Failures
from ticks.producer.skipped import Skipped
from ticks.producer.sources import Sampled
from ticks.producer.tally import Tally
from ticks.producer.tick_writer import TickWriter


class Sampling:
    """Counts samples, leaves out what `downsample` says, and names what is no tick. Not safe for threads."""

    def __init__(self, source: Sampled, writer: TickWriter, tally: Tally, downsample: int) -> None:
        """Only every so-many-th is written with `downsample`, beginning with the first."""
        self.source, self.writer = source, writer
        self.failures, self.skipped = Failures(type(source).__name__), Skipped()
        self.written = 0
        self._tally = tally
        self._downsample, self._to_leave_out = downsample, 0
        self._samples = 0

    def is_wanted(self) -> bool:
        """Whether the sample that was just taken is to be written."""
        self._samples += 1
        if not self._to_leave_out:
            return True
        self._to_leave_out -= 1
        return False

    def leave_out(self) -> None:
        """The samples behind one that will be written."""
        self._to_leave_out = self._downsample - 1

    def wrote(self) -> None:
        self.written += 1
        self._tally.wrote()

    def skip(self, error: Exception) -> None:
        """It is no tick."""
        self.skipped.add(f"record {self._samples}", error)
        self._tally.skipped()

    def say_rest(self) -> None:
        """What was not said yet of failures and of what was skipped."""
        self.failures.say_rest()
        self.skipped.say_rest()
