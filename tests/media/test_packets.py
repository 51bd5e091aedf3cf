"""Packets of streams: whether they are regular, and files that have very many of them."""

import subprocess
import sys
import tracemalloc
from fractions import Fraction
from pathlib import Path

import pytest

from media import packets
from media.ffmpeg import FFmpegError
from media.packets import PacketReader, Packets
from media.streams import read_streams
from tests.media.conftest import MakeFile
from tests.service import ROOT

# Prints the number of frames of a video, and the growth of peak memory in megabytes.
SCRIPT = """
import sys
from media.streams import read_streams

def peak():
    line = next(l for l in open("/proc/self/status") if l.startswith("VmHWM"))
    return int(line.split()[1]) >> 10

few, many = sys.argv[1:]
read_streams(few)
before = peak()
print(read_streams(many).video.frames)
print(peak() - before)
"""


def tiny_frames(make_file: MakeFile, directory: Path, count: int) -> Path:
    """Make a video of so many frames of three bytes."""
    (directory / "frames.rgb").write_bytes(bytes(3 * count))
    options = f"-f rawvideo -pix_fmt rgb24 -s 1x1 -r 60 -i {directory}/frames.rgb -c copy"
    return make_file(f"frames-{count}.mov", options)


def packets_at(*times: int, base: Fraction = Fraction(1, 1000)) -> Packets:
    """Return packets that begin at these times, in the order of the file."""
    found = Packets(base)
    for time in times:
        found.add(time, 40)
    found.finish()
    return found


def test_packets_in_another_order_than_shown_are_regular():
    found = packets_at(0, 120, 40, 80, 240, 160, 200)

    assert found.are_regular(Fraction(25))
    assert not found.are_regular(Fraction(24))
    assert (found.first, found.last, found.end, found.count) == (0, 0.24, 0.28, 7)


@pytest.mark.parametrize("times", [(0, 40, 120, 160), (0, 40, 42, 120), (0, 40, 40, 80)])
def test_packets_with_a_gap_or_at_other_times_are_irregular(times):
    assert not packets_at(*times).are_regular(Fraction(25))


def test_longest_time_between_key_frames_is_known():
    reader = PacketReader()
    lines = ["#tb 0: 1/10", "0, 0, 0, 1, 9, 0x12", "0, 1, 3, 1, 9, 0x12, F=0x0"]
    lines += ["0, 2, 2, 1, 9, 0x12, F=0x10", "0, 4, 4, 1, 9, 0x12, F=0x11, S=1, 9, 0x34"]

    reader.read("".join(f"{line}\n" for line in lines).encode())

    assert reader.packets[0].key_gap == 0.4
    reader.read(b"0, 9, 9, 1, 9, 0x12, F=0x0\n")
    assert reader.packets[0].key_gap == 0.6


def test_packet_that_is_shortened_has_a_negative_duration():
    reader = PacketReader()
    lines = ("#tb 0: 1/8000", "0, 0, 0, 2560, 9, 0x1", "0, 2560, 2560, 4294967136, 9, 0x1")

    reader.read("".join(f"{line}\n" for line in lines).encode())

    assert reader.packets[0].end == 0.32


def test_times_that_are_rounded_to_the_base_are_regular():
    rate = Fraction(24000, 1001)
    times = [round(number * 1000 / rate) for number in range(5000)]

    assert packets_at(*times).are_regular(rate)
    assert not packets_at(*times).are_regular(Fraction(24))


def test_packets_that_come_very_late_in_the_file_are_irregular():
    times = [number * 40 for number in range(200)]

    assert not packets_at(*times[1:], times[0]).are_regular(Fraction(25))


def test_packets_are_not_kept():
    reader = PacketReader()
    reader.read(b"#tb 0: 1/1000\n")
    tracemalloc.start()

    for number in range(5000):
        reader.read(f"0, {40 * number}, {40 * number}, 40, 9, 0x12\n".encode())

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reader.packets[0].count == 5000
    assert peak < 40_000  # of all packets: eight bytes each, at least


@pytest.mark.thorough  # test_packets_are_not_kept is quicker
def test_memory_does_not_grow_with_the_number_of_packets(make_file, tmp_path):
    files = [str(tiny_frames(make_file, tmp_path, count)) for count in (10, 60_000)]

    process = subprocess.run(
        [sys.executable, "-c", SCRIPT, *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode == 0, process.stderr
    frames, growth = process.stdout.splitlines()
    assert int(frames) == 60_000
    assert int(growth) < 4  # of all packets: 6


def test_stream_of_too_many_packets_is_refused(make_file, tmp_path, monkeypatch):
    monkeypatch.setattr(packets, "MAX_PACKETS", 1000)
    fitting, longer = (tiny_frames(make_file, tmp_path, count) for count in (1000, 1001))

    with pytest.raises(FFmpegError, match="more than 1,000 packets"):
        read_streams(longer)

    found = read_streams(fitting).video
    assert found is not None
    assert found.frames == 1000
