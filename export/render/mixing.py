"""The mix of a video's sound: everything that is heard, in one pass, or at a wanted loudness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from export.plan.plan import Plan
from export.plan.timeline import Timeline
from export.render.encoding import SOUND, VERSION
from export.render.loudness import METER, SILENT, Correction
from export.render.sound_args import ducking_gains, sound_args
from export.sources.held_media import Media
from export.sources.openers import clip_name, music_name, voice_name
from media.digests import key_of
from media.ffmpeg import version
from media.loudness import Levels, levels_of
from media.rendering import OnPosition, Rendered
from storage.files.files import write_private

_NOWHERE = ("-f", "null", "-")
_ATTEMPTS = 4


class Run(Protocol):
    """Runs FFmpeg in the export's turn."""

    def __call__(
        self, arguments: Sequence[str], on_position: OnPosition = ..., level: str = ...
    ) -> Rendered:
        """Run it with arguments. Raises FFmpegError."""


@dataclass(frozen=True, slots=True)
class Mixer:
    """Mixes the sound of a plan in a working directory."""

    timeline: Timeline
    plan: Plan
    media: Mapping[str, Media]
    directory: Path
    run: Run
    on_position: OnPosition
    codec: Sequence[str] = SOUND

    @property
    def key(self) -> str:
        """The key under which the sound is cached."""
        plan, music, effects = self.plan, self.plan.music, self.timeline.effects
        voices = plan.heard_voices
        names = [clip_name(sound.media) for sound in plan.sounds]
        names += [music_name(each.asset) for each in (*music, *effects, *plan.recordings)]
        names += [voice_name(each.voice.scene) for each in voices]
        files = [self.media[name].digest for name in names]
        loudness = self.timeline.output.loudness
        window = [str(plan.fps), plan.first, plan.last, METER if loudness else False]
        parts: list[Any] = [window, files, [sound.key for sound in plan.sounds]]
        parts.append([each.key for each in music])
        if plan.voices or effects or plan.recordings:
            parts += [[each.key for each in voices], [each.key for each in effects]]
            parts.append([[*point] for point in plan.ducking])
        if plan.recordings:
            parts.append({"recordings": [each.key for each in plan.recordings]})
        if self.timeline.ducks_clips:
            parts.append("clips step back")
        if self.timeline.music_level is not None:
            parts.append([METER, "peaks"])
        return key_of(VERSION, version(), self.codec, *parts)

    def mix(self, path: str) -> None:
        """Write the sound. Raises FFmpegError."""
        envelope = self._envelope()
        correction = self._first_correction(envelope)
        if correction is None:
            self._write(path, envelope)
            return
        self._write(path, envelope, correction.filters)
        for _ in range(_ATTEMPTS - 1):
            measuring = ["-i", f"file:{path}", "-af", METER, *_NOWHERE]
            levels = _levels(self.run(measuring, level="info"))
            if levels.loudness <= SILENT or correction.suits(levels):
                return
            correction = correction.after(levels)
            self._write(path, envelope, correction.filters)

    def _first_correction(self, envelope: str | None) -> Correction | None:
        """Return how the mix is changed: to the wanted loudness, or, with levelled music, peaks."""
        if not self.timeline.output.loudness:
            return None if self.timeline.music_level is None else Correction.of_peaks()
        mixed = self._args(envelope, METER)
        levels = _levels(self.run([*mixed, *_NOWHERE], self.on_position, level="info"))
        return Correction.of(levels)

    def _write(self, path: str, envelope: str | None, loudness: str = "") -> None:
        target = [*self.codec, "-f", "mp4", f"file:{path}"]
        self.run([*self._args(envelope, loudness), *target], self.on_position)

    def _args(self, envelope: str | None, loudness: str) -> list[str]:
        return sound_args(self.timeline, self.plan, self.media, envelope, loudness)

    def _envelope(self) -> str | None:
        """Write the samples of the envelope of ducked sound; None if nothing steps back."""
        plan = self.plan
        if not (plan.ducking and (plan.music or (self.timeline.ducks_clips and plan.sounds))):
            return None
        path = self.directory / "ducking-gains.f32"
        write_private(path, ducking_gains(plan))
        return str(path)


def _levels(rendered: Rendered) -> Levels:
    return levels_of(rendered.log) or Levels(SILENT, SILENT)
