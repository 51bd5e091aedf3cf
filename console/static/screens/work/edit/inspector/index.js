/** The inspector: tabs with the fields of what is selected and of the whole video. */

import { html } from "htm/preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../../../components/button.js";
import { DeleteDialog } from "../../../../components/dialogs.js";
import { SelectField } from "../../../../components/field.js";
import { FileButton, useDrop } from "../../../../components/files.js";
import { Notice, Reason } from "../../../../components/notice.js";
import { EditedBy } from "../../../../components/presence.js";
import { UploadProgress } from "../../../../components/progress.js";
import { TabList } from "../../../../components/tab-list.js";
import { formatNumber, t } from "../../../../i18n.js";
import { listAssets } from "../../../../state/assets.js";
import { useLoad } from "../../../../state/load.js";
import { clipsInOrder, sceneNumber, settingsOf } from "../../../../timeline/editor-state.js";
import { MAX_TRANSITION_SECONDS, MIN_SECONDS, MUSIC_LEVEL, MUSIC_LEVELS } from "../../../../timeline/facts.js";
import { MAX_CLIP_VOLUME, MAX_SPEED, MIN_SPEED, isArranged } from "../../../../timeline/operations/index.js";
import { speedOf } from "../../../../timeline/placed-clips.js";
import { duckOf } from "../../../../timeline/work-sound.js";
import { FitField, RATES, SizeField } from "../../fields.js";
import { musicAsset } from "../library.js";
import { ACCEPTED, setMusic, soundsOf } from "../own-audio.js";
import { mediaOf } from "../timeline/clip-media.js";
import { CaptionsTab } from "./captions.js";
import { FramingFields } from "./framing.js";
import { MusicEnds } from "./music-ends.js";
import { Numeric, OverlayActions, Position, Seconds, Times, Whole, setter } from "./parts.js";
import { GoneNotice, PicturePlaces } from "./picture.js";
import { Fades, OverlaySlider, PlayingFields, SliderField } from "./playing.js";
import { RecordingFields } from "./recording.js";
import { selectedOf } from "./selected.js";
import { Animations, TextTab } from "./text.js";
import { TransitionSection } from "./transitions.js";
import { VoiceFields, VolumeField } from "./voice.js";

// The voice, the sound, or the place of the music that is selected, and the music.

// How loud the music is beside voices, and whether it is repeated.

const [MIN_LEVEL, MAX_LEVEL] = MUSIC_LEVELS;
const QUIETEST = -40; // LUFS, of the slider

/**
 * @param {{editor: import("../editor.js").Editor, seconds: number | undefined}} props
 *   `seconds`: how long the music is, as far as it is known
 */
function MusicLevel({ editor, seconds }) {
  const { audioLoop = false } = editor.state.value;
  const repeat = (/** @type {boolean} */ loop) => editor.apply({ op: "music", loop });
  return html`<${Level} editor=${editor} />
    <${MusicEnds} ...${{ editor, seconds }} />
    <label class="check">
      <input type="checkbox" checked=${audioLoop} onChange=${(/** @type {any} */ event) => repeat(event.target.checked)} />
      <span>${t("mix.loop")}</span>
    </label>`;
}

/** @param {{editor: import("../editor.js").Editor}} props */
function Level({ editor }) {
  const { audioLevel = null } = editor.state.value;
  const operation = (/** @type {number | null} */ level) => ({ op: "music", level });
  const set = (/** @type {number | null} */ level) => editor.apply(operation(level));
  if (audioLevel === null) {
    return html`<div class="actions">
        <${Button} small icon="gauge" onClick=${() => set(MUSIC_LEVEL)}>${t("mix.levelMusic")}<//>
      </div>
      <p class="hint">${t("mix.levelMusicHint", { level: formatNumber(MUSIC_LEVEL) })}</p>`;
  }
  const told = `${formatNumber(audioLevel)} LUFS`;
  return html`<${SliderField} label=${t("mix.level")} unit="LUFS" editor=${editor} min=${MIN_LEVEL} max=${MAX_LEVEL} step="0.5"
      value=${audioLevel} position=${Math.max(audioLevel, QUIETEST)} range=${[QUIETEST, MAX_LEVEL]} told=${told}
      valueAt=${(/** @type {number} */ value) => value} operation=${operation}
      set=${(/** @type {number} */ level) => editor.apply(operation(level), "level")} />
    <p class="hint">${t("mix.levelHint")}</p>
    <div class="actions"><${Button} small icon="rotate-ccw" onClick=${() => set(null)}>${t("mix.unlevel")}<//></div>`;
}

// How the voices, the music and the sound of the clips are mixed.

const STEPS = [0, -6, -9, -12, -15, -18, -24]; // decibels

/** @param {{editor: import("../editor.js").Editor}} props */
function MixFields({ editor: { document } }) {
  const work = document.value.value;
  const duck = duckOf(work);
  const steps = STEPS.includes(duck) ? STEPS : [...STEPS, duck].sort((a, b) => b - a);
  const label = (/** @type {number} */ step) => (step ? t("mix.quieter", { decibels: -step }) : t("mix.same"));
  const set = (/** @type {Record<string, any>} */ fields) => document.edit({ sound: { ...work.sound, ...fields } });
  const clips = ["keep", "duck", "mute"].map((value) => ({ value, label: t(`mix.clipsOptions.${value}`) }));
  return html`<${SelectField} label=${t("mix.duck")} value=${String(duck)}
      options=${steps.map((step) => ({ value: String(step), label: label(step) }))}
      onInput=${(/** @type {string} */ value) => set({ duck: Number(value) })} />
    <${SelectField} label=${t("mix.clips")} value=${work.sound?.clips ?? "keep"} options=${clips}
      onInput=${(/** @type {string} */ value) => set({ clips: value })} />`;
}

const LOUDEST = 200; // percent, of the slider

/** @param {TabProps} props */
function SoundTab({ editor, ownAudio, selected }) {
  if (selected?.kind === "voice") return html`<${VoiceFields} ...${{ editor, action: selected.action }} />`;
  if (selected?.kind === "sound") return html`<${SoundFields} ...${{ editor, action: selected.action }} />`;
  return html`<h2 class="visually-hidden">${t("edit.tabs.sound")}</h2>
    <${Music} ...${{ editor, ownAudio }} />
    <${MixFields} editor=${editor} />
    ${selected?.kind === "music" &&
    html`<${Times} ...${{ editor, action: selected.action }} />
      <${Fades} action=${selected.action} set=${setter(editor, selected.id)} />
      <div class="actions"><${Button} small icon="x" onClick=${() => editor.remove()}>${t("edit.removeMusic")}<//></div>`}`;
}

/** @param {{editor: import("../editor.js").Editor, action: import("../../../../timeline/editor-state.js").Action}} props */
function SoundFields({ editor, action }) {
  const { id, assetId, trimStart = 0 } = action;
  const set = setter(editor, id);
  return html`<h2 dir="auto">${editor.assetNames.value.get(assetId) ?? t("edit.sound")}</h2>
    <${GoneNotice} ...${{ editor, asset: assetId }} />
    <${RecordingFields} ...${{ editor, action }} />
    <${Times} ...${{ editor, action }} />
    <${Seconds} label=${t("edit.trimStart")} value=${trimStart} set=${(/** @type {number} */ seconds) => set("trimStart")(seconds || null)} />
    <${VolumeField} ...${{ editor, action }} operation=${(/** @type {number|null} */ volume) => ({ op: "sound", sound: id, volume })} />
    <${Fades} ...${{ action, set }} />
    <div class="actions">
      <${Button} small icon="copy" onClick=${() => editor.duplicate()}>${t("edit.duplicate")}<//>
      <${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//>
    </div>`;
}

/**
 * The music: which, how loud, and the work's own file.
 * @param {{editor: import("../editor.js").Editor, ownAudio: import("../own-audio.js").OwnAudio}} props
 */
function Music({ editor, ownAudio }) {
  const { audioUrl, audioVolume = 1 } = editor.state.value;
  const { projectId } = editor.document.value.value;
  const { data } = useLoad(() => listAssets(projectId, "audio"), [projectId]);
  const { upload, send, exists } = ownAudio;
  const [deleting, setDeleting] = useState(false);
  const { isOver, handlers } = useDrop(send);
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  const progress = upload.running ? "running" : upload.error?.text;
  useEffect(() => {
    if (progress) root.current?.scrollIntoView({ block: "nearest" });
  }, [progress]);
  const seconds = editor.song.value?.seconds ?? data?.find(({ url }) => url === audioUrl)?.duration;
  const percent = Math.round(audioVolume * 100);
  const volume = (/** @type {number} */ value) => ({ op: "music", volume: value / 100 });
  const options = soundsOf(editor.state.value.audioUrl, ownAudio, data ?? []).map(({ url, label }) => ({ value: url ?? "", label }));
  const choose = (/** @type {string} */ url) =>
    setMusic(editor, ownAudio, url || null, options.find(({ value }) => value === url)?.label ?? "");
  return html`<div ref=${root} class=${`music stack ${isOver ? "over" : ""}`} ...${handlers}>
    <${SelectField} label=${t("edit.music")} value=${audioUrl ?? ""} options=${options}
      onInput=${choose} />
    ${audioUrl &&
    html`<${SliderField} label=${t("edit.volume")} unit="%" editor=${editor} min="0" max="1000" step="1" value=${percent}
      position=${Math.min(percent, LOUDEST)} range=${[0, LOUDEST]} told=${`${percent} %`}
      valueAt=${(/** @type {number} */ value) => value} operation=${volume}
      set=${(/** @type {number} */ value) => editor.apply(volume(value), "volume")} />
      <${MusicLevel} ...${{ editor, seconds }} />`}
    <${GoneNotice} ...${{ editor, asset: musicAsset(editor.state.value) }} />
    ${ownAudio.isMissing && html`<${Notice} kind="warning">${t("edit.audioMissing")}<//>`}
    <${UploadProgress} upload=${upload} />
    ${upload.error && html`<${Reason} text=${upload.error.text} />`}
    <div class="actions">
      <${FileButton} small icon="upload" accept=${ACCEPTED} onFiles=${send}>${t(exists ? "edit.replaceAudio" : "edit.uploadAudio")}<//>
      ${exists && html`<${Button} small icon="trash-2" onClick=${() => setDeleting(true)}>${t("edit.deleteAudio")}<//>`}
    </div>
    ${deleting &&
    html`<${DeleteDialog} title=${t("edit.deleteAudioTitle")} onSubmit=${ownAudio.remove} onClose=${() => setDeleting(false)}>
      <p>${t("edit.deleteAudioText")}</p>
    <//>`}
  </div>`;
}

// The fields of a clip, and of a picture over the video.

// The fields of a picture over the video.

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 */

const TURNS = [-180, 180]; // degrees, of the slider

/** @param {{editor: Editor, action: Action}} props */
function PictureFields({ editor, action }) {
  const { id } = action;
  const overlay = editor.state.value.imageOverlays[id];
  const set = setter(editor, id);
  const { width, height, maintainAspectRatio: isLocked = true } = overlay;
  const setSize = (/** @type {"width"|"height"} */ field) => (/** @type {number} */ typed) => {
    const scaled = (/** @type {number} */ side) => Math.max(1, Math.round((side * typed) / overlay[field]));
    const size = isLocked ? { width: scaled(width), height: scaled(height) } : { [field]: typed };
    editor.changeItem(id, size, `${id}.size`);
  };
  const slider = { editor, kind: "picture", id };
  return html`<h2>${t("edit.picture")}</h2>
    <${GoneNotice} ...${{ editor, asset: overlay.assetId }} />
    <${PicturePlaces} ...${{ editor, action }} />
    <${OverlaySlider} ...${slider} field="opacity" label=${t("edit.opacity")} unit="%" factor=${100} value=${Math.round(overlay.opacity * 100)} range=${[0, 100]} />
    <${OverlaySlider} ...${slider} field="rotation" label=${t("edit.rotation")} unit="°" value=${overlay.rotation} range=${TURNS} min=${undefined} max=${undefined} />
    <div class="pair linked">
      <${Whole} label=${t("edit.width")} min="1" value=${width} set=${setSize("width")} />
      <${IconButton} icon=${isLocked ? "lock" : "lock-open"} label=${t("edit.keepShape")} aria-pressed=${isLocked}
        onClick=${() => set("keepAspect")(!isLocked)} />
      <${Whole} label=${t("edit.height")} min="1" value=${height} set=${setSize("height")} />
    </div>
    <${Position} ...${{ overlay, set }} />
    <${Times} ...${{ editor, action }} />
    <${Animations} ...${{ overlay, set }} />
    <${OverlayActions} ...${{ editor, id }} />`;
}

const DEFAULT_TRANSITION = 0.5; // seconds

/** @param {TabProps} props */
function ClipTab({ editor, selected }) {
  if (selected?.kind === "clip") return html`<${ClipFields} ...${{ editor, clip: selected.action }} />`;
  if (selected?.kind === "picture") return html`<${PictureFields} ...${{ editor, action: selected.action }} />`;
  return html`<p class="hint">${t("edit.noClip")}</p>`;
}

/** @param {{editor: Editor, clip: Action}} props */
function ClipFields({ editor, clip }) {
  const { id, start, end, trimStart = 0 } = clip;
  const clips = clipsInOrder(editor.state.value);
  const index = clips.findIndex((each) => each.id === id);
  const type = clip.transitionType || "cut";
  const [before, following] = [clips[index - 1], clips[index + 1]];
  const apply = (/** @type {string} */ op, /** @type {(typed: any) => object} */ make) => (/** @type {any} */ typed) =>
    editor.apply({ op, clip: id, ...make(typed) }, `${id}.${op}`);
  const setStart = apply("gap", (typed) => ({ seconds: Math.max(0, typed - (before?.end ?? 0)) }));
  const choose = (/** @type {string} */ transition, /** @type {string} */ value) => {
    if (editor.apply({ op: "transition", clip: id, transition })) editor.announce("chosen", { what: t("edit.transition"), value });
  };
  const move = (/** @type {number} */ after) => editor.apply({ op: "move", clip: id, after: clips[after]?.id ?? null });
  return html`<h2 dir="auto">${editor.assetNames.value.get(clip.assetId) ?? t("edit.clip", { number: sceneNumber(editor.document.value.value, clip.sceneIndex) })}</h2>
    <${GoneNotice} ...${{ editor, asset: clip.assetId }} />
    <${PlayingFields} ...${{ editor, clip }} />
    <div class="pair">
      <${Seconds} label=${t("edit.start")} value=${start} set=${setStart} />
      <${Seconds} label=${t("edit.length")} value=${end - start} min=${MIN_SECONDS} set=${apply("trim", (seconds) => ({ seconds }))} />
    </div>
    ${mediaOf(editor, clip).seconds !== null &&
    html`<${Seconds} label=${t("edit.trimStart")} value=${trimStart} set=${apply("trim", (from) => ({ from }))} />`}
    ${index < clips.length - 1 &&
    html`<${TransitionSection} current=${type} choose=${choose} wanted=${editor.transition.value === id}>
      ${type !== "cut" && html`<${SliderField} label=${t("edit.transitionLength")} ...${transitionLength(editor, clip, following)} />`}
    <//>`}
    <${FramingFields} ...${{ editor, clip }} />
    <div class="actions">
      <${Button} small icon="arrow-left" disabled=${index === 0} onClick=${() => move(index - 2)}>${t("edit.earlier")}<//>
      <${Button} small icon="arrow-right" disabled=${index === clips.length - 1} onClick=${() => move(index + 1)}>${t("edit.later")}<//>
      <${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//>
    </div>`;
}

/**
 * What a slider of a transition's length has.
 * @param {Editor} editor @param {Action} clip @param {Action} following
 */
function transitionLength(editor, clip, following) {
  const value = clip.transitionDuration ?? DEFAULT_TRANSITION;
  const longest = Math.min(MAX_TRANSITION_SECONDS, (clip.end - clip.start) / 2, (following.end - following.start) / 2);
  const operation = (/** @type {number} */ seconds) => ({ op: "transition", clip: clip.id, seconds });
  return {
    ...{ editor, operation, unit: "s", value: Math.round(value * 100) / 100, min: 0, step: 0.01, max: MAX_TRANSITION_SECONDS },
    set: (/** @type {number} */ seconds) => editor.apply(operation(seconds), `${clip.id}.transition`),
    position: Math.round(Math.min(value, longest) * TENTHS),
    range: [1, Math.max(1, Math.floor(longest * TENTHS))],
    told: t("edit.seconds", { seconds: formatNumber(value) }),
    valueAt: (/** @type {number} */ at) => at / TENTHS,
  };
}

const TENTHS = 10; // steps of the slider to a second

// The fields of several clips, which apply to all of them.

/** @param {{editor: import("../editor.js").Editor}} props */
function Several({ editor }) {
  const ids = editor.selected.value;
  const all = clipsInOrder(editor.state.value);
  const clips = all.filter(({ id }) => ids.includes(id));
  const followed = clips.filter((clip) => clip !== all.at(-1));
  const key = ids.join();
  const set = (/** @type {string} */ field) => (/** @type {number} */ value) =>
    editor.apply(clips.map(({ id }) => ({ op: "clip", clip: id, [field]: value })), `${key}.${field}`);
  const setTransition = (/** @type {string} */ transition) =>
    editor.apply(followed.map(({ id }) => ({ op: "transition", clip: id, transition })));
  const shared = (/** @type {(clip: any) => any} */ read) => (new Set(clips.map(read)).size === 1 ? read(clips[0]) : null);
  const volume = shared((clip) => clip.volume ?? 1);
  const transition = shared((clip) => clip.transitionType || "cut");
  return html`<h2>${t("edit.severalSelected", { count: ids.length })}</h2>
    ${clips.length === ids.length
      ? html`<div class="pair">
            <${Numeric} label=${t("edit.speed")} unit="×" min=${MIN_SPEED} max=${MAX_SPEED} step="0.05" value=${shared(speedOf)} set=${set("speed")} />
            <${Numeric} label=${t("edit.volumeOfClip")} unit="%" min="0" max=${MAX_CLIP_VOLUME * 100} step="1"
              value=${volume === null ? null : Math.round(volume * 100)} set=${(/** @type {number} */ percent) => set("volume")(percent / 100)} />
          </div>
          <${TransitionSection} current=${transition} choose=${setTransition} />`
      : html`<p class="hint">${t("edit.severalHint")}</p>`}
    <div class="actions"><${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//></div>`;
}

// The format of the video.

/** The frame, how clips of another shape fill it, and its rate. @param {TabProps} props */
function FormatTab({ editor }) {
  const settings = settingsOf(editor.state.value);
  const set = (/** @type {Partial<import("../../../../timeline/editor-state.js").Settings>} */ changes) =>
    editor.apply({ op: "format", ...changes });
  const setSize = (/** @type {import("../../../../timeline/geometry.js").Size} */ size) =>
    editor.apply([...arrangementOf(editor), { op: "format", ...size }]);
  const rates = RATES.includes(settings.fps) ? RATES : [...RATES, settings.fps].sort((a, b) => a - b);
  return html`<h2 class="visually-hidden">${t("edit.tabs.format")}</h2>
    <${SizeField} size=${settings} onChange=${setSize} />
    <${FitField} fit=${settings.fit ?? "contain"} onInput=${(/** @type {any} */ fit) => set({ fit })} />
    <${SelectField}
      label=${t("work.rate")}
      value=${String(settings.fps)}
      options=${rates.map((rate) => ({ value: String(rate), label: String(rate) }))}
      onInput=${(/** @type {string} */ rate) => set({ fps: Number(rate) })}
    />`;
}

/**
 * The operations that put the scenes onto the timeline, unless they are there: with nothing on it, a video
 * has the size of the brief.
 * @param {import("../editor.js").Editor} editor
 */
function arrangementOf({ document, state }) {
  if (isArranged(document.value.peek().editorState)) return [];
  return [{ op: "arrange", clips: clipsInOrder(state.peek()).map(({ sceneIndex: scene }) => ({ scene })) }];
}

/**
 * @typedef {object} TabProps
 * @property {import("../editor.js").Editor} editor
 * @property {import("../../../../player/player.js").Player | null} player
 * @property {import("../own-audio.js").OwnAudio} ownAudio
 * @property {import("./selected.js").Selected | null} selected
 */

/** @type {Record<string, {kinds: string[], Fields: (props: TabProps) => any}>} */
const TABS = {
  clip: { kinds: ["clip", "picture"], Fields: ClipTab },
  text: { kinds: ["text"], Fields: TextTab },
  captions: { kinds: ["caption"], Fields: CaptionsTab },
  sound: { kinds: ["music", "voice", "sound"], Fields: SoundTab },
  format: { kinds: [], Fields: FormatTab },
};
const KEYED = ["clip", "text", "picture", "voice", "sound"]; // what has fields of its own
const NAMES = Object.keys(TABS);

/**
 * The tab of what is selected is shown until another one is chosen. What is typed into a field is
 * undone together until the focus leaves it.
 * @param {Omit<TabProps, "selected">} props
 */
export function Inspector({ editor, player, ownAudio }) {
  const id = useId();
  const selected = selectedOf(editor);
  const own = NAMES.find((name) => selected && TABS[name].kinds.includes(selected.kind));
  useLayoutEffect(() => {
    if (own) editor.tab.value = own;
  }, [own, selected?.id]);
  const name = editor.tab.value;
  const isOfSeveral = name === own && editor.selected.value.length > 1;
  const { Fields } = isOfSeveral ? { Fields: Several } : TABS[name];
  // What is typed stays where it is when the first change gives captions or music ids of their own.
  const key = isOfSeveral ? editor.selected.value.join() : selected && KEYED.includes(selected.kind) ? `${name} ${selected.id}` : name;
  return html`<section class="inspector" aria-label=${t("edit.inspector")} onFocusOut=${() => editor.seal()}>
    <${TabList} id=${id} class="inspector-tabs" label=${t("edit.inspector")} names=${NAMES} current=${name}
      textOf=${(/** @type {string} */ each) => t(`edit.tabs.${each}`)} choose=${(/** @type {string} */ next) => (editor.tab.value = next)} />
    ${name === own && selected && html`<${EditedBy} kind=${selected.kind} id=${selected.id} />`}
    <div key=${name} class="inspector-fields stack" role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${name}`}>
      <${Fields} key=${key} ...${{ editor, player, ownAudio, selected }} />
    </div>
  </section>`;
}
