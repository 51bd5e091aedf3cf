"""The music and the sounds of the provider `demo`, computed by FFmpeg's own sources."""

import hashlib
import random
import re
import tempfile
from collections.abc import Sequence

from providers.demo_image import USAGE, run_ffmpeg
from providers.sound_contract import Audio, MusicRequest, SoundRequest
from storage.errors import writing

_MAX_SECONDS = 600.0
_RATE = 44_100
_LOOP_RATE = 22_050  # it has nothing above 6 kHz

# Semitones above the root of the chords in a bar each.
_MAJOR = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
_MINOR = ((0, 3, 7), (8, 12, 15), (3, 7, 10), (10, 14, 17))
_ORDERS = ((0, 1, 2, 3), (0, 2, 1, 3), (0, 3, 1, 2))
_ARPEGGIO = (0, 1, 2, 1, 0, 2, 1, 2)  # notes of the chord, on the eighths of a bar

_DARK = re.compile(r"sad|dark|tense|drama|serious|night|melanchol|minor|mystery", re.IGNORECASE)
_FAST = re.compile(r"fast|upbeat|energ|happy|dance|sport|lively|quick|driving", re.IGNORECASE)
_SLOW = re.compile(r"slow|calm|quiet|soft|gentle|ambient|relax|peace", re.IGNORECASE)

_KINDS = {
    "noise": re.compile(r"wind|rain|sea|wave|ocean|noise|whoosh|swoosh|air|traffic|crowd|fire"),
    "hit": re.compile(r"hit|drum|boom|impact|thud|knock|kick|punch|door|bang|slam"),
    "chime": re.compile(r"chime|bell|ding|notif|sparkle|success|magic|glass|click|tick"),
}


class DemoMusic:
    """Role `music`: a quiet loop of four chords; key, tempo and order depend on the prompt."""

    runs_tasks = False

    def compose(self, request: MusicRequest) -> Audio:
        """Make the music, without a voice."""
        seconds = _length(request.seconds)
        expression, bar = _chords(request.prompt)
        samples = round(4 * bar * _LOOP_RATE)
        filters = (
            f"atrim=end_sample={samples}",
            f"aloop=-1:{samples}",
            "lowpass=5000",
            "aecho=0.9:0.6:90|170|310:0.35|0.25|0.15",
            "pan=stereo|c0=c0|c1=c0",
            "stereowiden=15:0.2:0.2:0.9",
            f"afade=t=in:d=0.3,afade=t=out:st={max(0.0, seconds - 1.5):.3f}:d=1.5",
        )
        source = f"aevalsrc='{expression}':s={_LOOP_RATE}:d={4 * bar + 0.1:.4f}"
        return _render(source, filters, seconds, "The music")


class DemoSound:
    """Role `sound`: filtered noise, a hit or a chime, whichever the prompt's words suggest."""

    runs_tasks = False

    def make(self, request: SoundRequest) -> Audio:
        """Make the sound."""
        seconds, prompt = _length(request.seconds), request.prompt.casefold()
        chance = _chance(prompt)
        named = [kind for kind, words in _KINDS.items() if words.search(prompt)]
        kind = named[0] if named else chance.choice(list(_KINDS))
        source, filters = _SOUNDS[kind](chance, seconds)
        end = f"afade=t=out:st={max(0.0, seconds - 0.2):.3f}:d=0.2"
        return _render(source, [*filters, end, "pan=stereo|c0=c0|c1=c0"], seconds, "The sound")


def _chords(prompt: str) -> tuple[str, float]:
    """Return the expression of a loop of four bars, and the seconds of a bar."""
    chance = _chance(prompt)
    tempo = 124 if _FAST.search(prompt) else 72 if _SLOW.search(prompt) else 96
    bar = 240 / (tempo + chance.randrange(-4, 5))
    root = 196 * 2 ** (chance.randrange(6) / 12)
    chords = _MINOR if _DARK.search(prompt) else _MAJOR
    bars = [_bar(root, chords[number], bar) for number in chance.choice(_ORDERS)]
    # `if` computes only the bar that plays; x is the time in it.
    return f"st(0,mod(t,{bar:.6f}));{_select(f't/{bar:.6f}', bars)}", bar


def _bar(root: float, chord: Sequence[int], seconds: float) -> str:
    """Return the expression of a bar: a pad, a bass, and single notes on the eighths."""
    notes = [root * 2 ** (semitones / 12) for semitones in chord]
    swell = f"min(1,ld(0)/0.25)*min(1,({seconds:.6f}-ld(0))/0.25)"
    pad = "+".join(f"{_sine(note)}+0.5*{_sine(1.004 * note)}" for note in notes)
    bass = _sine(notes[0] / 2)
    eighth = seconds / len(_ARPEGGIO)
    tones = [f"{2 * notes[number]:.3f}" for number in _ARPEGGIO]
    pluck = (
        f"st(1,mod(ld(0),{eighth:.6f}));min(1,ld(1)/0.004)*exp(-7*ld(1))"
        f"*min(1,({eighth:.6f}-ld(1))/0.01)"
        f"*sin(2*PI*ld(1)*({_select(f'ld(0)/{eighth:.6f}', tones)}))"
    )
    return f"({swell})*(0.07*({pad})+0.16*{bass})+0.14*({pluck})"


def _select(index: str, values: Sequence[str]) -> str:
    """Return an expression that computes the value of this index alone."""
    result = values[-1]
    for number in range(len(values) - 2, -1, -1):
        result = f"if(lt({index},{number + 1}),{values[number]},{result})"
    return result


def _noise(chance: random.Random, seconds: float) -> tuple[str, list[str]]:
    swing = min(4.0, max(0.5, seconds)) / 2
    source = f"anoisesrc=c=pink:a=0.6:r={_RATE}:s={chance.randrange(1 << 31)}"
    return source, [f"lowpass={chance.randrange(500, 1500)}", f"tremolo=f={0.5 / swing:.3f}:d=0.7"]


def _hit(chance: random.Random, seconds: float) -> tuple[str, list[str]]:
    low = chance.uniform(45, 60)
    body = f"sin(2*PI*({low:.1f}*t+9*(1-exp(-9*t))))*exp(-7*t)"
    return f"aevalsrc='0.5*{body}+0.2*(2*random(0)-1)*exp(-45*t)':s={_RATE}:d={seconds:.3f}", []


def _chime(chance: random.Random, seconds: float) -> tuple[str, list[str]]:
    base = 880 * 2 ** (chance.randrange(8) / 12)
    partials = ((1.0, 0.2, 2.2), (2.76, 0.09, 3.5), (5.4, 0.04, 6.0))
    tones = [f"{a}*exp(-{d}*t)*{_sine(base * ratio)}" for ratio, a, d in partials]
    return f"aevalsrc='min(1,t/0.003)*({'+'.join(tones)})':s={_RATE}:d={seconds:.3f}", []


_SOUNDS = {"noise": _noise, "hit": _hit, "chime": _chime}


def _sine(frequency: float) -> str:
    return f"sin(2*PI*{frequency:.3f}*t)"


def _chance(prompt: str) -> random.Random:
    seed = hashlib.sha256(prompt.encode(errors="replace")).digest()
    return random.Random(seed)  # noqa: S311


def _length(seconds: float) -> float:
    return min(max(seconds, 0.5), _MAX_SECONDS)


def _render(source: str, filters: Sequence[str], seconds: float, what: str) -> Audio:
    chain = ",".join([*filters, f"aresample={_RATE}"])
    output = ["-t", f"{seconds:.3f}", "-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart"]
    with writing(), tempfile.NamedTemporaryFile(suffix=".m4a") as file:
        run_ffmpeg(
            ["-y", "-f", "lavfi", "-i", source, "-af", chain, *output, f"file:{file.name}"], what
        )
        return Audio(file.read(), "audio/mp4", (), dict(USAGE))
