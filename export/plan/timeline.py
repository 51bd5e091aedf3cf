"""What is exported: clips, overlays, sound and captions on a timeline, as a job's request holds it.

Times are in seconds of the timeline. Positions and sizes of overlays are in pixels of the frame
that they were arranged in: `Timeline.arranged_width` wide (None: as the output), and `scale` is the
factor from it to the exported frame.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from export.plan.caption_looks import PLAIN, CaptionLook
from export.plan.cues import Cue
from export.plan.frame_size import Frame
from export.plan.targets import Target
from export.plan.voices import Music, Voice
from schemas.exports import MIN_SIZE
from schemas.transitions import CUT
from timeline.ducking import PAUSE
from timeline.framing import Motion, Window
from timeline.time_map import NORMAL_SPEED
from timeline.transitions import DEFAULT_TRANSITION_SECONDS

T = TypeVar("T")
MediaId = int | str  # of what a clip shows: a scene's index, or an asset's id

_DRAFT_LINES = 360
_OPTIONAL = (
    *("voices", "effects", "recordings", "duck", "ducks_clips"),
    *("music_level", "loops_music", "target", "cover"),
)
_HALF_FRAME = 0.5  # seconds, at the lowest rate: a window is rounded to frames, music is not


@dataclass(frozen=True, slots=True)
class Output:
    """The video to make. `fps` None is that of the sources.

    `quality`: draft, standard, best; `fit`: contain, cover, blur; `captions`: none, burn, track.
    """

    width: int
    height: int
    fps: float | None = 30.0
    quality: str = "standard"
    fit: str = "contain"
    captions: str = "none"
    loudness: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """The clip or image of a scene, or of an asset.

    Without times it follows the one before, as long as its media, and at least `least_seconds`.
    `trim` is where its media begins, `transition` leads to the next clip. An image without times is
    shown for `still_seconds`.
    `speed` is that of its media, 0 if they stand still; `volume` and the fades, in seconds, are
    those of its sound. It shows the part `crop` of its picture, over which `motion` goes.
    """

    scene: int | None
    start: float | None = None
    end: float | None = None
    trim: float = 0.0
    transition: str = CUT
    transition_seconds: float = DEFAULT_TRANSITION_SECONDS
    still_seconds: float = 5.0
    asset: str | None = None
    speed: float = NORMAL_SPEED
    volume: float = 1.0
    fade_in: float = 0.0
    fade_out: float = 0.0
    crop: Window | None = None
    motion: Motion | None = None
    least_seconds: float = 0.0

    @property
    def media(self) -> MediaId:
        """Which media it shows."""
        return self.asset or self.scene or 0

    @property
    def sounds_as_it_is(self) -> bool:
        """Whether its sound is that of its media, without any change."""
        return (self.speed, self.volume, self.fade_in, self.fade_out) == (NORMAL_SPEED, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """A text over the video. `left` and `top` place it where it has no centre.

    It stands at the side `align` of an area that is `width` wide, by default half of the arranged
    frame. `enter` and `leave` are how it comes and goes: the names of animations, or "".
    """

    text: str
    start: float
    end: float
    font_size: float = 48.0
    color: str = "#000000"
    center_x: float = 0.0
    center_y: float = 0.0
    left: float | None = None
    top: float | None = None
    font_asset: str | None = None
    weight: int = 700
    width: float | None = None
    align: str = "center"
    line_height: float = 1.2
    outline_color: str = "#000000"
    outline_width: float = 0.0
    shadow: bool = True
    background: str | None = None
    enter: str = ""
    enter_seconds: float = 0.0
    leave: str = ""
    leave_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """An image asset over the video, above all texts; `rotation` in degrees, clockwise."""

    asset: str
    start: float
    end: float
    width: float
    height: float
    center_x: float = 0.0
    center_y: float = 0.0
    left: float | None = None
    top: float | None = None
    opacity: float = 1.0
    rotation: float = 0.0
    keep_aspect: bool = True
    enter: str = ""
    enter_seconds: float = 0.0
    leave: str = ""
    leave_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Tags:
    """What the video says of itself: the name and the language of its work, as people wrote them.

    `created` is when the work was created, in milliseconds: all of its exports have that date, so
    that equal ones are equal files.
    """

    title: str = ""
    language: str = ""
    created: int = 0


@dataclass(frozen=True, slots=True)
class Cover:
    """What the poster shows: the frame at a time in seconds, or an image asset."""

    at: float | None = None
    asset: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that is exported, from `first` seconds up to `last` (None: the end).

    While voices or `recordings` speak, the music changes by `duck` dB, and so do clips if it
    `ducks_clips`; `effects` do not. With `music_level`, in LUFS, the music is brought to that
    loudness beside voices, and fades out at the end; it begins again where its file ends if the
    timeline `loops_music`. `target` is the file that is made of the video, if not the MP4 itself;
    `cover` is what the poster shows, if that was chosen.
    """

    output: Output
    clips: list[Clip]
    texts: list[Text] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    music: list[Music] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    scale: float = 1.0
    arranged_width: float | None = None
    first: float = 0.0
    last: float | None = None
    tags: Tags = Tags()
    voices: list[Voice] = field(default_factory=list)
    effects: list[Music] = field(default_factory=list)
    duck: float = 0.0
    caption_look: CaptionLook = PLAIN
    ducks_clips: bool = False
    music_level: float | None = None
    loops_music: bool = False
    target: Target | None = None
    recordings: list[Music] = field(default_factory=list)
    cover: Cover | None = None

    @property
    def is_spoken(self) -> bool:
        """Whether someone speaks."""
        return bool(self.voices or self.recordings)

    @property
    def is_sound(self) -> bool:
        """Whether the file that is made has no pictures."""
        return self.target is not None and self.target.is_sound

    @property
    def levelled_sounds(self) -> set[str | None]:
        """The music and recordings that are brought to a loudness: their assets, None for audio."""
        levels_music = self.music_level is not None and self.is_spoken
        levelled = [*(self.music if levels_music else []), *self.recordings]
        return {each.asset for each in levelled}

    @property
    def measured_sounds(self) -> set[str | None]:
        """The music and recordings of which a plan has to know how long or how loud they are."""
        music = {each.asset for each in self.music} if self.changes_music else set()
        return music | self.levelled_sounds

    @property
    def changes_music(self) -> bool:
        """Whether the music is not heard just as it is placed."""
        return self.music_level is not None or self.loops_music

    @property
    def frame(self) -> Frame:
        """The exported frame; a draft has 360 lines, or columns in portrait."""
        width, height = self.output.width, self.output.height
        shorter = min(width, height)
        is_smaller = self.output.quality == "draft" and shorter > _DRAFT_LINES
        factor = _DRAFT_LINES / shorter if is_smaller else 1.0
        return Frame(_even(width * factor), _even(height * factor), self.scale * factor)

    def within_window(self) -> "Timeline":
        """Return the timeline without the overlays, the music and the effects of other times."""
        return replace(
            self,
            texts=[each for each in self.texts if self._shows(each.start, each.end)],
            pictures=[each for each in self.pictures if self._shows(each.start, each.end)],
            music=self._sounding(self.music),
            effects=self._sounding(self.effects),
            recordings=self._sounding(self.recordings, PAUSE),  # music steps back before and after
        )

    def _sounding(self, music: list[Music], margin: float = _HALF_FRAME) -> list[Music]:
        return [each for each in music if self._shows(each.start, each.end, margin)]

    def _shows(self, start: float, end: float | None, margin: float = 0.0) -> bool:
        begins = self.last is None or start < self.last + margin
        return begins and (end is None or end > self.first - margin)

    def to_json(self) -> dict[str, Any]:
        """Return the timeline as JSON values.

        Parts that a work lacks are left out, since keys of stored exports contain the rest.
        """
        values = asdict(self)
        for clip in values["clips"]:
            if not clip["least_seconds"]:
                del clip["least_seconds"]
        values["cues"] = [cue.to_json() for cue in self.cues]
        if self.caption_look == PLAIN:
            del values["caption_look"]
        return {key: value for key, value in values.items() if value or key not in _OPTIONAL}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Timeline":
        """Return the timeline that `to_json` wrote. Raises KeyError, TypeError for another one."""
        return cls(
            _read(Output, values["output"]),
            [_read_clip(each) for each in values["clips"]],
            [_read(Text, each) for each in values["texts"]],
            [_read(Picture, each) for each in values["pictures"]],
            [_read(Music, each) for each in values["music"]],
            [Cue.from_json(each) for each in values["cues"]],
            values["scale"],
            values["arranged_width"],
            values["first"],
            values["last"],
            _read(Tags, values.get("tags", {})),  # jobs of earlier versions have none
            [Voice.from_json(each) for each in values.get("voices", ())],
            [_read(Music, each) for each in values.get("effects", ())],
            values.get("duck", 0.0),
            _read(CaptionLook, values.get("caption_look", {})),
            values.get("ducks_clips", False),
            values.get("music_level"),
            values.get("loops_music", False),
            _read(Target, target) if (target := values.get("target")) else None,
            [_read(Music, each) for each in values.get("recordings", ())],
            _read(Cover, cover) if (cover := values.get("cover")) else None,
        )


def _read_clip(values: Mapping[str, Any]) -> Clip:
    clip = _read(Clip, values)
    crop, motion = values.get("crop"), values.get("motion")
    return replace(
        clip,
        crop=Window(**crop) if crop else None,
        motion=Motion(Window(**motion["begin"]), Window(**motion["end"])) if motion else None,
    )


def _read(kind: type[T], values: Mapping[str, Any]) -> T:
    names = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**{key: value for key, value in values.items() if key in names})


def _even(size: float) -> int:
    return max(MIN_SIZE, int(size) // 2 * 2)
