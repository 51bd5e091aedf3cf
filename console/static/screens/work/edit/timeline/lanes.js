/**
 * The lanes of the timeline: captions, texts and pictures above the clips, voices, sounds and music below them.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 * @typedef {"caption"|"text"|"picture"|"clip"|"voice"|"sound"|"place"} Kind  as operations name them
 *
 * @typedef {object} Entry  seconds
 * @property {string} id
 * @property {Kind} kind
 * @property {number} start
 * @property {number} end
 * @property {number} row  of its lane, for entries that overlap
 * @property {string} label
 * @property {"silent"|"overrun"|"gone"|""} mark  of a voice or a sound: it is not heard, or does not fit; of
 *   what shows or plays an asset: that was deleted
 * @property {Action} action
 *
 * @typedef {{kind: Kind, entries: Entry[], rows: number}} Lane
 */

import { computed } from "@preact/signals";
import { equal } from "../../../../documents/merge.js";
import { t } from "../../../../i18n.js";
import { lanesOf } from "../../../../timeline/display.js";
import { actionsOf, clipsInOrder, sceneNumbers } from "../../../../timeline/editor-state.js";
import { ownOf, settingOf } from "../compound-operations.js";
import { musicAsset } from "../library.js";

/**
 * A computed value that is the same object until it differs.
 * @template T
 * @param {() => T} compute
 */
export function keptWhileEqual(compute) {
  /** @type {T|undefined} */
  let before;
  return computed(() => {
    const now = compute();
    if (before === undefined || !equal(before, now)) before = now;
    return before;
  });
}

const SMALL = 14; // pixels
/** @type {{kind: Kind, icon: string}[]} from the top to the bottom */
export const LANES = [
  { kind: "caption", icon: "file-text" },
  { kind: "text", icon: "type" },
  { kind: "picture", icon: "image" },
  { kind: "clip", icon: "film" },
  { kind: "voice", icon: "mic" },
  { kind: "sound", icon: "audio-lines" },
  { kind: "place", icon: "music" },
];

/** Whether an entry is too small to be an element of the page. @param {Entry} entry @param {number} scale */
export const isSmall = ({ kind, start, end }, scale) => kind !== "clip" && (end - start) * scale < SMALL;

/** All that is on the timeline. @param {Editor} editor @returns {Entry[]} */
export const entriesOf = (editor) => editor.lanes.peek().flatMap(({ entries }) => entries);

/** @param {Editor} editor @param {string|null} [id] */
export const entryOf = (editor, id) => entriesOf(editor).find((entry) => entry.id === id);

/** All clips, in order. @param {Editor} editor */
export const clipEntries = (editor) => entriesOf(editor).filter(({ kind }) => kind === "clip");

/** What is selected. @param {Editor} editor */
export function selectedEntries(editor) {
  const ids = new Set(editor.selected.peek());
  return entriesOf(editor).filter(({ id }) => ids.has(id));
}

/**
 * Return the lanes with something on them, and that of clips. A lane is the same object until
 * something on it changes.
 * @param {Pick<Editor, "placed" | "captions" | "assetNames" | "library" | "overruns" | "document">} editor
 */
export function watchLanes(editor) {
  const state = editor.placed;
  const { assetNames, library } = editor;
  const tracks = {
    text: computed(() => actionsOf(state.value, "textTrack")),
    picture: computed(() => actionsOf(state.value, "imageTrack")),
    clip: computed(() => actionsOf(state.value, "videoTrack")),
    place: computed(() => actionsOf(state.value, "audioTrack")),
    voice: keptWhileEqual(() => actionsOf(state.value, "voiceTrack")),
    sound: computed(() => actionsOf(state.value, "soundTrack").filter(({ voice }) => !voice)),
    recording: computed(() => actionsOf(state.value, "soundTrack").filter(({ voice }) => voice)),
    caption: computed(() => editor.captions.value.all),
  };
  const texts = computed(() => state.value.textOverlays);
  const pictures = computed(() => state.value.imageOverlays);
  const musicId = computed(() => musicAsset(state.value) ?? "");
  const music = computed(() => assetNames.value.get(musicId.value) ?? t("edit.music"));
  const misfits = keptWhileEqual(() => editor.overruns.value.map(({ scene }) => scene));
  const lines = keptWhileEqual(() => linesOf(editor.document.value.value));
  const numbers = keptWhileEqual(() => sceneNumbers(editor.document.value.value));
  const numberOf = (/** @type {number} */ scene) => numbers.value[scene] ?? scene + 1;
  const soundEntry = (/** @type {Action} */ action) => toEntry("sound", action, assetNames.value.get(action.assetId) ?? t("edit.sound"));
  /** @type {Record<Kind, () => Entry[]>} */
  const entries = {
    caption: () => tracks.caption.value.map((each) => toEntry("caption", /** @type {any} */ (each), each.text)),
    text: () =>
      tracks.text.value.map((action) => toEntry("text", action, texts.value?.[action.id]?.text || t("edit.emptyText"))),
    picture: () =>
      tracks.picture.value.map((action) => {
        const name = assetNames.value.get(pictures.value?.[action.id]?.assetId);
        return toEntry("picture", action, name ?? t("edit.picture"));
      }),
    clip: () =>
      clipsInOrder({ editorData: { videoTrack: tracks.clip.value } }).map((action) =>
        toEntry("clip", action, assetNames.value.get(action.assetId) ?? t("edit.clip", { number: numberOf(action.sceneIndex) })),
      ),
    place: () => tracks.place.value.map((action) => toEntry("place", action, music.value)),
    voice: () => [
      ...tracks.voice.value.map((action) => {
        const { sceneIndex: scene } = action;
        const entry = toEntry("voice", action, lines.value[scene] || t("edit.voiceOf", { number: numberOf(scene) }));
        return { ...entry, mark: misfits.value.includes(scene) ? "overrun" : entry.mark };
      }),
      ...tracks.recording.value.map(soundEntry),
    ],
    sound: () => tracks.sound.value.map(soundEntry),
  };
  const marked = (/** @type {Entry} */ entry) => {
    const { kind, id, action } = entry;
    const asset = kind === "place" ? musicId.value : kind === "picture" ? pictures.value?.[id]?.assetId : action.assetId;
    return library.gone.value.has(asset) ? { ...entry, mark: /** @type {const} */ ("gone") } : entry;
  };
  const lanes = LANES.map(({ kind }) => computed(() => laneOf(kind, entries[kind]().map(marked))));
  return computed(() => lanes.map((lane) => lane.value).filter(({ kind, rows }) => kind === "clip" || rows > 0));
}

/** @param {Kind} kind @param {Action} action @param {string} label @returns {Entry} */
function toEntry(kind, action, label) {
  const mark = (kind === "voice" || kind === "sound") && action.volume === 0 ? "silent" : "";
  return { id: action.id, kind, start: action.start, end: action.end, row: 0, label, mark, action };
}

/** What is said in scenes, by their indexes. @param {any} work @returns {Record<number, string>} */
function linesOf({ scenes = [] }) {
  return Object.fromEntries(scenes.map((/** @type {any} */ { scene_index: scene, narration }) => [scene, (narration?.text ?? "").trim()]));
}

/** @param {Kind} kind @param {Entry[]} entries @returns {Lane} */
function laneOf(kind, entries) {
  if (kind === "clip") return { kind, entries, rows: 1 };
  const inOrder = entries.sort((a, b) => a.start - b.start);
  const rows = lanesOf(inOrder);
  for (const [index, row] of rows.entries()) inOrder[index].row = row;
  return { kind, entries: inOrder, rows: rows.reduce((most, row) => Math.max(most, row + 1), 0) };
}

/**
 * Moving clips among each other, with the items that are selected with them.
 *
 * @typedef {import("../../../../timeline/operations/operations.js").Operation} Operation
 */

/**
 * Return the ids of clips after some of them were put after another one.
 * @param {Entry[]} clips @param {Entry[]} moved @param {string|null} after
 */
export function orderAfter(clips, moved, after) {
  const ids = moved.map(({ id }) => id);
  const others = clips.map(({ id }) => id).filter((id) => !ids.includes(id));
  others.splice(after === null ? 0 : others.indexOf(after) + 1, 0, ...ids);
  return others;
}

/**
 * Put clips after another one, and say so. Items that are selected move by as much as a clip of them.
 * @param {Editor} editor @param {Entry[]} moved  in order @param {string|null} after @param {Entry} entry
 */
export function putAfter(editor, moved, after, entry) {
  const moves = moved.map(({ id }, index) => ({ op: "move", clip: id, after: moved[index - 1]?.id ?? after }));
  const ids = new Set(moved.map(({ id }) => id));
  const items = selectedEntries(editor).filter(({ kind, action }) => kind !== "clip" && !ids.has(action.anchor));
  const own = ownOf(editor, items.map(({ id }) => id));
  const by = items.length ? Math.max(shiftBy(editor, moves, entry), -Math.min(...items.map(({ start }) => start))) : 0;
  const shifts = by ? [...own.operations, ...movedBy(items, by, own.idOf)] : [];
  if (!editor.apply([...moves, ...shifts])) return;
  if (shifts.length) editor.select(editor.selected.peek().map(own.idOf), entry.id);
  sayPlace(editor, entry);
}

/**
 * The operations that move items.
 * @param {Entry[]} items @param {number} by  seconds @param {(id: string) => string} idOf
 */
export function movedBy(items, by, idOf) {
  return items.map(({ kind, id, action, start, end }) =>
    settingOf(kind, { ...action, id: idOf(id) }, { start: start + by, end: end + by }),
  );
}

/** Seconds that a clip begins later after operations. @param {Editor} editor @param {Operation[]} moves @param {Entry} entry */
function shiftBy(editor, moves, { id, start }) {
  editor.preview(moves);
  const after = entryOf(editor, id)?.start ?? start;
  editor.preview(null);
  return after - start;
}

/** @param {Editor} editor @param {Entry} entry */
function sayPlace(editor, { id, label: name }) {
  const clips = clipEntries(editor);
  const index = clips.findIndex((clip) => clip.id === id);
  if (index === 0) editor.announce("first", { name });
  else if (index === clips.length - 1) editor.announce("last", { name });
  else editor.announce("after", { name, other: clips[index - 1].label });
}

/**
 * Selecting by pointer and key.
 *
 * @typedef {import("./strip.js").Strip} Strip
 */

/**
 * Select an entry, add it or take it away (Ctrl), or select all up to it (Shift).
 * @param {Strip} strip @param {Entry} entry
 * @param {{shiftKey: boolean, ctrlKey: boolean, metaKey: boolean}} keys
 */
export function choose(strip, entry, { shiftKey, ctrlKey, metaKey }) {
  const { editor } = strip;
  strip.focused.value = entry.id;
  if (ctrlKey || metaKey) editor.toggleSelected(entry.id);
  else if (shiftKey) editor.select(upTo(strip, entry), entry.id);
  else editor.select([entry.id]);
}

/** @param {Strip} strip @param {Entry} entry */
function upTo(strip, entry) {
  const from = entryOf(strip.editor, strip.editor.selection.peek());
  if (!from) return [entry.id];
  const [start, end] = [Math.min(from.start, entry.start), Math.max(from.end, entry.end)];
  const kinds = [from.kind, entry.kind];
  return entriesOf(strip.editor)
    .filter((each) => kinds.includes(each.kind) && each.start < end && each.end > start)
    .map(({ id }) => id);
}
