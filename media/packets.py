"""The packets of streams, as FFmpeg's framecrc muxer lists them: folded while they are read.

A small file can have millions of packets, so what is kept does not grow with their number.
"""

import heapq
import math
import re
from bisect import bisect
from fractions import Fraction

from media.ffmpeg import FFmpegError

_WHOLE = (60, 50, 30, 25, 24)  # frames a second; what is slower than _SLOWEST counts as _SLOW
_SLOWEST, _SLOW = 22, Fraction(30)
_NTSC = tuple(Fraction(rate * 1000, 1001) for rate in (60, 30, 24))
_USUAL = (*map(Fraction, _WHOLE), *_NTSC)

MAX_PACKETS = 2_000_000  # of a stream: six hours of sound have half of them
_JITTER_SECONDS = 0.001  # of the times of packets that count as regular
_REORDERED = 32  # packets: more than any codec decodes before the one that is shown first
_UNSIGNED, _SHORTENED = 2**32, 2**20
_KEY = 1  # flag of a packet, in hexadecimal digits; without flags, it is the only one
_FACT = re.compile(rb"#(tb|media_type|dimensions|sar|sample_rate|extradata) (\d+): +(.*)")


class Intervals:
    """How long the frames of a stream last, in units of `base` seconds: as at which usual rate."""

    def __init__(self, base: Fraction) -> None:
        self._base = base
        neighbours = zip(_WHOLE, (*_WHOLE[1:], 2 * _SLOWEST - _WHOLE[-1]), strict=True)
        self._edges = [float(2 / (sum(each) * base)) for each in neighbours]
        self._counts = [0] * (len(self._edges) + 1)
        self._totals = [0] * (len(self._edges) + 1)

    def add(self, interval: int) -> None:
        """Add the time from one frame to the next."""
        if interval > 0:
            index = bisect(self._edges, interval)
            self._counts[index] += 1
            self._totals[index] += interval

    def usual_rate(self) -> Fraction | None:
        """Return the usual rate at which most frames follow each other; None if none is later."""
        most = max(self._counts)
        index = self._counts.index(most)
        if not most or not self._totals[index]:
            return None
        if index == len(self._edges):
            return _SLOW
        mean = most / (self._totals[index] * self._base)
        return min(_USUAL, key=lambda rate: abs(rate - mean))


class Packets:
    """When the packets of a stream begin and end, in units of `base` seconds, whatever their order.

    They are regular at a rate if each begins where the rate places it, counted from the first one.
    """

    def __init__(self, base: Fraction) -> None:
        self.base = base
        self.count = 0
        self._jitter = float(_JITTER_SECONDS / base)
        self._begin = self._end = self._first = 0
        self._key = self._key_gap = 0  # the last key frame, and the longest time before one
        # Those that one with an earlier time may still follow; how many others are in order.
        self._pending: list[int] = []
        self._ordered = 0
        self._latest = 0  # the last of those
        self._intervals = Intervals(base)
        # Between them is what each packet lasts if all last equally long.
        self._shortest, self._longest = -math.inf, math.inf

    def add(self, begin: int, duration: int, *, is_key: bool = True) -> None:
        """Add the next packet of the file. Raises FFmpegError if there are too many."""
        if self.count == MAX_PACKETS:
            raise FFmpegError(f"A stream has more than {MAX_PACKETS:,} packets")
        if not self.count:
            self._begin, self._end, self._key = begin, begin + duration, begin
        self.count += 1
        self._begin, self._end = max(self._begin, begin), max(self._end, begin + duration)
        if is_key:
            self._key, self._key_gap = begin, max(self._key_gap, begin - self._key)
        if len(self._pending) < _REORDERED:
            heapq.heappush(self._pending, begin)
        else:
            self._order(heapq.heappushpop(self._pending, begin))

    @property
    def first(self) -> float:
        """When the first packet begins, in seconds; known from the end on."""
        return float(self._first * self.base)

    @property
    def last(self) -> float:
        """When the last packet begins, in seconds."""
        return float(self._begin * self.base)

    @property
    def end(self) -> float:
        """When the last packet ends, in seconds."""
        return float(self._end * self.base)

    @property
    def key_gap(self) -> float:
        """The longest time from one key frame to the next one or to the end, in seconds."""
        return float(max(self._key_gap, self._end - self._key) * self.base)

    def finish(self) -> None:
        """Note that there are no more packets."""
        for begin in sorted(self._pending):
            self._order(begin)
        self._pending.clear()

    def are_regular(self, rate: Fraction) -> bool:
        """Return whether the packets follow each other at a rate, as many a second."""
        return bool(rate) and self._shortest < 1 / (rate * self.base) < self._longest

    def rate(self, stated: Fraction) -> Fraction:
        """Return the frame rate: the one that the file states if its packets follow it.

        Otherwise it is their own constant rate, or a usual one if it varies.
        """
        if self.are_regular(stated) or self._ordered < 2:
            return stated
        if self._shortest < self._longest and self._latest > self._first:
            return 1 / (Fraction(self._shortest + self._longest) / 2 * self.base)
        return self._intervals.usual_rate() or stated

    def _order(self, begin: int) -> None:
        """Take the packet with the earliest time but for those before."""
        if not self._ordered:
            self._first = begin
        else:
            self._intervals.add(begin - self._latest)
            passed = begin - self._first
            self._shortest = max(self._shortest, (passed - self._jitter) / self._ordered)
            self._longest = min(self._longest, (passed + self._jitter) / self._ordered)
        self._latest = begin
        self._ordered += 1


class PacketReader:
    """Reads what framecrc writes, in pieces: the headers of each stream, and its packets."""

    def __init__(self) -> None:
        self.headers: dict[int, dict[str, str]] = {}
        self.packets: dict[int, Packets] = {}
        self._rest = b""

    def read(self, data: bytes) -> None:
        """Read the next piece. Raises FFmpegError if a stream has too many packets."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"#"):
                self._read_header(line)
            else:
                stream, _, begin, duration = map(int, line.split(b",", 4)[:4])
                flags = line.partition(b", F=0x")[2].partition(b",")[0]
                is_key = not flags or bool(int(flags, 16) & _KEY)
                self._packets_of(stream).add(begin, _signed(duration), is_key=is_key)

    def finish(self) -> None:
        """Note that there are no more pieces."""
        for packets in self.packets.values():
            packets.finish()

    def _read_header(self, line: bytes) -> None:
        if fact := _FACT.fullmatch(line):
            key, stream, value = (part.decode(errors="replace") for part in fact.groups())
            self.headers.setdefault(int(stream), {})[key] = value

    def _packets_of(self, stream: int) -> Packets:
        if stream not in self.packets:
            self.packets[stream] = Packets(Fraction(self.headers[stream]["tb"]))
        return self.packets[stream]


def _signed(duration: int) -> int:
    """Return the duration of a packet: FFmpeg writes -160 as 4294967136.

    The last packet of short Vorbis sound has such a one: it contains more than is heard.
    """
    return duration - _UNSIGNED if _UNSIGNED - _SHORTENED < duration < _UNSIGNED else duration
