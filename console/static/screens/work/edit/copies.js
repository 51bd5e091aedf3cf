/**
 * Copies of clips, items and captions, as operations that add them again.
 *
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("../../../timeline/editor-state.js").Action} Action
 * @typedef {import("../../../timeline/operations/operations.js").Operation} Operation
 * @typedef {{operations: Operation[], ids: string[]}} Addition  with the ids of what is added
 *
 * @typedef {object} Copied
 * @property {"clip"|"text"|"picture"|"caption"|"music"|"sound"} kind
 * @property {string} id  of what was copied
 * @property {number} start  seconds
 * @property {number} end
 * @property {"work" | "project" | null} needs  outside of which it shows nothing: a scene, an asset
 * @property {(place: {id: string, start: number, end: number, after: string | null}) => Operation[]} add
 */

import { t } from "../../../i18n.js";
import { toast } from "../../../state/toasts.js";
import { keptSignal } from "../../../stored.js";
import { clipsInOrder, findItem, hasFields } from "../../../timeline/editor-state.js";
import { moved } from "../../../timeline/operations/caption-words.js";
import { argumentsOf, newId } from "../../../timeline/operations/index.js";
import { TRANSITION_NAMES } from "../../../timeline/placed-clips.js";
import { copyOf, duplicationOf, ownOf } from "./compound-operations.js";

const KINDS = { text: "text", picture: "picture", place: "music", sound: "sound" };

/**
 * Return what adds clips, items and captions again, by their times. Music under the whole video is not
 * copied: it cannot be there twice.
 * @param {Editor} editor @param {string[]} ids
 * @param {typeof copyOf} [copy]  of an item
 * @returns {Copied[]}
 */
export function copiesOf(editor, ids, copy = copyOf) {
  const state = editor.state.peek();
  const clips = clipsInOrder(state).filter(({ id }) => ids.includes(id)).map(copiedClip);
  const captions = editor.captions.peek().all.filter(({ id }) => ids.includes(id)).map(copiedCaption);
  const items = ids.flatMap((id) => {
    const item = findItem(state, id);
    if (item?.track === "voiceTrack") return []; // a scene has one voice
    return item && hasFields(state, item) ? [copiedItem(id, copy(state, item))] : [];
  });
  return [...clips, ...items, ...captions].sort((a, b) => a.start - b.start);
}

/**
 * The operations that add copies from a time on; clips come to the cut that is nearest to it.
 * @param {Editor} editor @param {Copied[]} copies @param {number} time  seconds
 * @returns {Addition}
 */
export function pasteOf(editor, copies, time) {
  const clips = clipsInOrder(editor.state.peek());
  const before = clips.findLast(({ start, end }) => (start + end) / 2 <= time);
  const to = copies.some(isClip) ? (before?.end ?? 0) : time;
  return additionOf(editor, copies, to - copies[0].start, before?.id ?? null);
}

/**
 * The operations that add the same once more: clips after the last of these, overlays a little beside
 * where they are.
 * @param {Editor} editor @param {string[]} ids
 * @returns {Addition}
 */
export function duplicatesOf(editor, ids) {
  const copies = copiesOf(editor, ids, duplicationOf);
  return additionOf(editor, copies, 0, copies.findLast(isClip)?.id ?? null);
}

/** @param {Copied} copied */
const isClip = ({ kind }) => kind === "clip";

/**
 * @param {Editor} editor @param {Copied[]} copies
 * @param {number} by  seconds that they are later @param {string | null} after  the clip before clips
 * @returns {Addition}
 */
function additionOf(editor, copies, by, after) {
  const captions = copies.some(({ kind }) => kind === "caption") ? editor.captions.peek().all : [];
  const { operations } = ownOf(editor, captions.map(({ id }) => id));
  let before = after;
  const ids = copies.map(({ kind, start, end, add }) => {
    const id = newId(kind);
    operations.push(...add({ id, start: start + by, end: end + by, after: before }));
    if (kind === "clip") before = id;
    return id;
  });
  return { operations, ids };
}

/** @param {Action} action @returns {Copied} */
function copiedClip(action) {
  const { id: copied, start, end, sceneIndex, assetId, trimStart = 0, transitionType, transitionDuration } = action;
  const media = assetId ? { asset: assetId } : { scene: sceneIndex };
  const transition = TRANSITION_NAMES.includes(transitionType) && { transition: transitionType };
  const seconds = typeof transitionDuration === "number" && { transitionSeconds: transitionDuration };
  const fields = argumentsOf("clip").filter((name) => name !== "clip" && action[name] != null);
  const given = Object.fromEntries(fields.map((name) => [name, action[name]]));
  return {
    kind: "clip",
    id: copied,
    needs: assetId ? "project" : "work",
    start,
    end,
    add: ({ id, after }) => [
      { op: "insert", new: id, after, ...media, from: trimStart, seconds: end - start, ...transition, ...seconds },
      // Speed changes the length of a clip that is there.
      ...(fields.length ? [{ op: "clip", clip: id, ...given }, { op: "trim", clip: id, seconds: end - start }] : []),
    ],
  };
}

/** @param {string} copied @param {Operation} operation  that adds it @returns {Copied} */
function copiedItem(copied, { anchor, start, end, ...operation }) {
  const kind = /** @type {Record<string, any>} */ (KINDS)[operation.op];
  const needs = kind === "music" ? "work" : operation.asset || operation.font ? "project" : null;
  return { kind, id: copied, start, end, needs, add: (place) => [{ ...operation, new: place.id, start: place.start, end: place.end }] };
}

/** @param {Action} caption @returns {Copied} */
function copiedCaption({ id: copied, start, end, text, words }) {
  const add = (/** @type {any} */ place) => {
    const spoken = words && { words: moved(words, place.start - start) };
    return [{ op: "caption", new: place.id, start: place.start, end: place.end, text, ...spoken }];
  };
  return { kind: "caption", id: copied, start, end, needs: null, add };
}

/** What was copied or cut last, in the timeline of any work. */
const clipped = keptSignal(() => /** @type {{copies: Copied[], workId: string, projectId: string} | null} */ (null));

/** Copies from a timeline, and pastes into it. */
export class Clipboard {
  /** @param {Editor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /** Whether there is something to paste. */
  get isFull() {
    return clipped.peek() !== null;
  }

  /** Copy what is selected; false: nothing is. */
  copy() {
    const copies = copiesOf(this.editor, this.editor.selected.peek());
    if (copies.length === 0) return false;
    const { id: workId, projectId } = this.editor.document.value.peek();
    clipped.value = { copies, workId, projectId };
    return true;
  }

  cut() {
    if (!this.copy()) return false;
    this.editor.remove();
    return true;
  }

  /**
   * Add what was copied, from a time on, and say what another work cannot show; false: there is nothing.
   * @param {number} time  seconds
   */
  paste(time) {
    const all = clipped.peek()?.copies;
    if (!all) return false;
    const copies = all.filter(({ needs }) => this.#has(needs));
    const missing = all.length - copies.length;
    if (missing) toast(t("edit.notPasted", { count: missing }), { kind: "error" });
    if (copies.length === 0) return true;
    const { operations, ids } = pasteOf(this.editor, copies, time);
    if (this.editor.apply(operations)) this.editor.select(ids);
    return true;
  }

  /** Whether there is here what a copy needs. @param {Copied["needs"]} needs */
  #has(needs) {
    const { id, projectId } = this.editor.document.value.peek();
    const from = clipped.peek();
    return !needs || from?.workId === id || (needs === "project" && from?.projectId === projectId);
  }
}
