/**
 * Operations on the whole timeline: its music, captions and format.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./operations.js").Operation} Operation
 * @typedef {import("../frames.js").Rate} Rate
 * @typedef {import("../geometry.js").Size} Size
 */

import { settingsOf } from "../editor-state.js";
import { MAX_CAPTION_TEXT, MAX_FPS, MAX_SIZE, MAX_VOLUME, MIN_FPS, MIN_SIZE, MUSIC_LEVELS } from "../facts.js";
import { toFrame, toSeconds } from "../frames.js";
import { reframed } from "../reframing.js";
import {
  OperationError,
  assetOf,
  booleanOf,
  checkNames,
  choiceOf,
  integerOf,
  numberOf,
  removable,
  require,
  requireOne,
  textOf,
  timeOf,
} from "./arguments.js";
import { wordsOf } from "./caption-words.js";
import { deleteClip } from "./clip-operations.js";
import { captionIds } from "./order.js";
import { TOO_SHORT, deleteItem } from "./item-operations.js";
import { withItems } from "./items.js";
import { shortest } from "./rate.js";
import { silence } from "./sound-operations.js";
import { withValues } from "./values.js";

const FITS = ["contain", "cover", "blur"];
const KINDS = ["clip", "text", "picture", "caption", "place", "voice", "sound"];
const CAPTION_NAMES = ["text", "start", "end"];
const OWN_AUDIO = "work";

/** @param {Draft} draft @param {Operation} operation */
export function remove(draft, operation) {
  require(operation, "kind", "id");
  const kind = choiceOf(operation, "kind", KINDS);
  if (kind === "clip") {
    deleteClip(draft, operation);
    return;
  }
  if (operation.leaveGap !== undefined) throw new OperationError("leaveGap", "Only for clips.");
  if (kind === "voice") silence(draft, operation);
  else deleteItem(draft, /** @type {any} */ (kind), operation);
}

/** @param {Draft} draft @param {Operation} operation */
export function music(draft, operation) {
  requireOne(operation, "asset", "volume", "level", "loop");
  const { asset } = operation;
  const loop = booleanOf(operation, "loop");
  draft.state = withValues(draft.state, {
    audioVolume: numberOf(operation, "volume", 0, MAX_VOLUME),
    audioLevel: removable(operation, "level", (each, name) => numberOf(each, name, MUSIC_LEVELS[0], MUSIC_LEVELS[1])),
    audioLoop: loop === false ? null : loop,
    audioUrl: asset === undefined || asset === null ? asset : musicUrl(draft, operation),
  });
}

/** @param {Draft} draft @param {Operation} operation */
function musicUrl({ context }, operation) {
  const { projectId, workId, hasAudio } = context;
  if (operation.asset !== OWN_AUDIO) {
    return `/api/projects/${projectId}/assets/${assetOf(operation, "asset", context, ["audio"])}`;
  }
  if (hasAudio === false) throw new OperationError("asset", "The work has no audio.");
  return `/api/projects/${projectId}/works/${workId}/media/audio`;
}

/**
 * Replace all captions; null shows the texts of the scenes again.
 * @param {Draft} draft @param {Operation} operation
 */
export function captions(draft, operation) {
  require(operation, "captions");
  const given = operation.captions;
  if (given === null) {
    draft.setItems("caption", []);
    return;
  }
  if (!Array.isArray(given)) throw new OperationError("captions", "Must be a list, or null.");
  if (given.length === 0) throw new OperationError("captions", "Give one at least, or null for the scenes' texts.");
  const captions = given.map((part, number) => captionOf(part, `captions.${number}.`, draft.rate));
  const ids = captionIds(captions);
  const items = captions.map((action, index) => ({ id: ids[index], action: /** @type {any} */ (action) }));
  draft.setItems("caption", withItems("caption", [], items));
}

/** @param {any} part @param {string} path @param {Rate} rate */
function captionOf(part, path, rate) {
  if (part === null || typeof part !== "object" || Array.isArray(part)) {
    throw new OperationError(path.slice(0, -1), "Must be an object.");
  }
  checkNames(part, [...CAPTION_NAMES, "words"], path);
  const missing = CAPTION_NAMES.find((name) => part[name] === undefined);
  if (missing) throw new OperationError(path + missing, "Required.");
  const text = textOf(part, "text", MAX_CAPTION_TEXT, path);
  const [start, end] = ["start", "end"].map((name) => toFrame(/** @type {number} */ (timeOf(part, name, path)), rate));
  if (end - start < shortest(rate)) throw new OperationError(`${path}end`, TOO_SHORT);
  const words = wordsOf(part, path);
  return { text: /** @type {string} */ (text), start: toSeconds(start, rate), end: toSeconds(end, rate), ...(words && { words }) };
}

/**
 * Set the frame's size and rate. In another size, texts and pictures are arranged for it.
 * @param {Draft} draft @param {Operation} operation
 */
export function format(draft, operation) {
  requireOne(operation, "width", "height", "fps", "fit");
  const given = {
    width: integerOf(operation, "width", MIN_SIZE, MAX_SIZE),
    height: integerOf(operation, "height", MIN_SIZE, MAX_SIZE),
    fps: numberOf(operation, "fps", MIN_FPS, MAX_FPS),
    fit: choiceOf(operation, "fit", FITS),
  };
  const { state, context } = draft;
  const before = settingsOf({ exportSettings: { ...context.resolution, ...state.exportSettings } });
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const after = { ...before, ...Object.fromEntries(set) };
  draft.state = { ...state, exportSettings: after };
  if (before.width === after.width && before.height === after.height) return;
  resize(draft, "text", before, after);
  resize(draft, "picture", before, after);
}

/** @param {Draft} draft @param {"text"|"picture"} kind @param {Size} before @param {Size} after */
function resize(draft, kind, before, after) {
  const items = draft.items(kind).map((item) => {
    return item.overlay ? { ...item, overlay: reframed(kind, item.overlay, before, after) } : item;
  });
  if (items.length > 0) draft.setItems(kind, items);
}

/** Go back to the scenes in order: without clips, texts, pictures and places of voices. @param {Draft} draft */
export function clear(draft) {
  draft.clips = [];
  draft.setItems("text", []);
  draft.setItems("picture", []);
  draft.setItems("voice", []);
  draft.isArranged = false;
}
