/**
 * Actions on clips: a still of a frame, and silence.
 *
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("../../../timeline/editor-state.js").Action} Action
 */

import { clipsInOrder } from "../../../timeline/editor-state.js";
import { MIN_SECONDS } from "../../../timeline/facts.js";
import { toSeconds } from "../../../timeline/frames.js";
import { frameOf } from "../../../timeline/model.js";
import { newId } from "../../../timeline/operations/index.js";
import { FREEZE, mediaAt, timeMapOf } from "../../../timeline/placed-clips.js";

const FREEZE_SECONDS = 2;

/** The clip that actions are for: the selected one, or else that at a time. @param {Editor} editor @param {number} time */
export function clipAt(editor, time) {
  const clips = clipsInOrder(editor.state.value);
  const id = editor.selection.value;
  if (id !== null) return clips.find((clip) => clip.id === id);
  return clips.find(({ start, end }) => start <= time && time < end) ?? clips.at(-1);
}

/** Turn the sound of a clip off, or on as it was by default. @param {Editor} editor @param {Action} clip */
export function toggleMute(editor, clip) {
  editor.apply({ op: "clip", clip: clip.id, volume: isMuted(clip) ? null : 0 });
}

/** @param {Action} clip */
export const isMuted = ({ volume }) => volume === 0;

/**
 * Insert a still of the frame at a time into its clip, which goes on behind it.
 * @param {Editor} editor @param {number} time  seconds
 */
export function freeze(editor, time) {
  const model = editor.model.peek();
  const { plan } = model;
  const frame = frameOf(model, time);
  const placed = plan.clips.find(({ start, end }) => start <= frame && frame < end);
  const clips = clipsInOrder(editor.state.peek());
  const index = clips.findIndex(({ id }) => id === placed?.clip.id);
  if (!placed || index < 0) return;
  const clip = clips[index];
  const at = toSeconds(frame - placed.start, plan.rate);
  const isDivided = at >= MIN_SECONDS && clip.end - clip.start - at >= MIN_SECONDS;
  const isFirst = at < MIN_SECONDS;
  const [still, rest] = [newId("clip"), newId("clip")];
  const key = `freeze.${still}`; // all of it is undone together
  if (isDivided && !editor.apply({ op: "split", clip: clip.id, at, new: rest }, key)) return;
  const divided = clipsInOrder(editor.state.peek()).find(({ id }) => id === rest);
  const { sceneIndex, assetId, crop } = clip;
  const insert = {
    op: "insert",
    new: still,
    after: isFirst ? (clips[index - 1]?.id ?? null) : clip.id,
    ...(assetId ? { asset: assetId } : { scene: sceneIndex }),
    from: divided?.trimStart ?? mediaAt(timeMapOf(placed, plan.rate), frame),
    seconds: FREEZE_SECONDS,
  };
  editor.apply([insert, { op: "clip", clip: still, speed: FREEZE, ...(crop && { crop }) }], key);
  editor.seal();
  editor.selection.value = still;
}
