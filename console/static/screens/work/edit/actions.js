/**
 * What can be done on the Edit screen: the one table that its tools, menus and keys are made of.
 *
 * @typedef {object} Target
 * @property {import("./editor.js").Editor} editor
 * @property {import("../../../player/player.js").Player} player
 * @property {import("./copies.js").Clipboard} clipboard
 * @property {import("./timeline/zoom.js").Zoom} zoom
 * @property {() => void} showKeys
 * @property {() => void} record
 * @property {() => void} [closeGap]  of the gap that a menu is of
 *
 * @typedef {import("../../../player/shortcuts.js").Binding<Target>} Binding
 * @typedef {{icon?: string, word?: string, label?: string}} Face  keys of texts; `label` says more than `word`
 *
 * @typedef {object} Editing
 * @property {string[]} [of]  the kinds of what has to be selected for it
 * @property {boolean} [atPlayhead]  whether it is of the clip at the playhead if nothing is selected
 * @property {(target: Target) => boolean} [isPossible]
 * @property {Face | ((target: Target) => Face)} [face]  without a word, it is what the list of keys says
 * @property {boolean} [danger]
 *
 * @typedef {Binding & Editing} Action  `keys` may be empty
 */

import { t } from "../../../i18n.js";
import { PLAYER_KEYS } from "../../../player/shortcuts.js";
import { timeSaid } from "./announcements.js";
import { clipAt, freeze, isMuted, toggleMute } from "./clip-actions.js";
import { layerOperation } from "./compound-operations.js";
import { copiesOf } from "./copies.js";
import { TIMELINE_KEYS } from "./timeline/keys.js";
import { typeWords } from "./timeline/focus.js";
import { selectedEntries } from "./timeline/lanes.js";

const ALL_KINDS = ["clip", "text", "picture", "caption", "voice", "sound", "place"];
const ONCE = ["voice"]; // a scene has one
const COPIED = ALL_KINDS.filter((kind) => !ONCE.includes(kind));
const LAYERS = ["text", "picture"];

/** Whether text on the page is selected, which the browser copies. */
const isTextSelected = () => !getSelection()?.isCollapsed;

/** @param {Target} target */
const canCopy = ({ editor }) => copiesOf(editor, editor.selected.peek()).length > 0;

/** @param {1|-1} by @returns {Pick<Action, "run" | "isPossible">} */
function layering(by) {
  const operations = (/** @type {Target} */ { editor }) => layerOperation(editor.state.peek(), editor.selection.peek() ?? "", by);
  return { run: (target) => target.editor.apply(operations(target)), isPossible: (target) => operations(target).length > 0 };
}

/** @param {Target} target @returns {Face} */
function muteFace({ editor }) {
  const selected = editor.selection.value === null ? undefined : clipAt(editor, 0);
  return selected && isMuted(selected)
    ? { icon: "volume-x", word: "edit.unmuteWord", label: "edit.unmuteClip" }
    : { icon: "volume-2", word: "edit.muteWord", label: "edit.muteClip" };
}

/** @param {Target} target */
function mute({ editor, player }) {
  const clip = clipAt(editor, player.time.peek());
  if (clip) toggleMute(editor, clip);
}

/** @type {Action[]} */
const EDITING = [
  {
    name: "split",
    keys: ["s"],
    of: COPIED.filter((kind) => kind !== "caption"),
    atPlayhead: true,
    isPossible: ({ editor, player }) => editor.canSplit(player.time.peek()),
    face: { icon: "scissors", word: "edit.split" },
    run: ({ editor, player }) => editor.split(player.time.peek()),
  },
  { name: "record", keys: ["r"], face: { icon: "mic", word: "edit.record", label: "edit.recordVoice" }, run: ({ record }) => record() },
  {
    name: "freeze",
    keys: [],
    of: ["clip"],
    atPlayhead: true,
    face: { icon: "snowflake", word: "edit.freezeWord", label: "edit.freeze" },
    run: ({ editor, player }) => freeze(editor, player.time.peek()),
  },
  { name: "muteClip", keys: [], of: ["clip"], atPlayhead: true, face: muteFace, run: mute },
  {
    name: "type",
    keys: [],
    of: ["text", "caption"],
    face: { icon: "pencil", word: "edit.menu.type" },
    run: ({ editor }) => typeWords(editor, selectedEntries(editor)[0]),
  },
  { name: "cut", keys: ["Ctrl+x"], of: COPIED, isPossible: canCopy, run: ({ clipboard }) => !isTextSelected() && clipboard.cut() },
  { name: "copy", keys: ["Ctrl+c"], of: COPIED, isPossible: canCopy, run: ({ clipboard }) => !isTextSelected() && clipboard.copy() },
  {
    name: "paste",
    keys: ["Ctrl+v"],
    isPossible: ({ clipboard }) => clipboard.isFull,
    run: ({ clipboard, player }) => clipboard.paste(player.time.peek()),
  },
  {
    name: "duplicate",
    keys: ["Ctrl+d"],
    of: COPIED,
    isPossible: canCopy,
    face: { icon: "copy", word: "edit.duplicate" },
    run: ({ editor }) => editor.duplicate(),
  },
  { name: "forward", keys: [], of: LAYERS, face: { icon: "arrow-up", word: "edit.forward" }, ...layering(1) },
  { name: "backward", keys: [], of: LAYERS, face: { icon: "arrow-down", word: "edit.backward" }, ...layering(-1) },
  { name: "closeGap", keys: [], of: ["gap"], face: { word: "edit.closeGap" }, run: ({ closeGap }) => closeGap?.() },
  {
    name: "remove",
    keys: ["Delete", "Backspace"],
    of: [...ALL_KINDS, "transition"],
    face: { icon: "trash-2", word: "common.delete" },
    danger: true,
    run: ({ editor }) => editor.remove(),
  },
  {
    name: "leaveGap",
    keys: ["Shift+Delete", "Shift+Backspace"],
    of: ["clip"],
    face: { word: "edit.menu.leaveGap" },
    danger: true,
    run: ({ editor }) => editor.remove({ leaveGap: true }),
  },
  { name: "deselect", keys: ["Escape"], run: ({ editor }) => (editor.selection.value = null) },
  { name: "undo", keys: ["Ctrl+z"], repeats: true, isPossible: ({ editor }) => editor.canUndo.peek(), run: ({ editor }) => editor.undo() },
  {
    name: "redo",
    keys: ["Ctrl+y", "Ctrl+Shift+z"],
    repeats: true,
    isPossible: ({ editor }) => editor.canRedo.peek(),
    run: ({ editor }) => editor.redo(),
  },
  { name: "keys", keys: ["?"], run: ({ showKeys }) => showKeys() },
];

const SAID = ["secondBack", "secondOn", "toStart", "toEnd"]; // where the playhead is then

/** @type {Action[]} */
const PLAYING = PLAYER_KEYS.map((binding) => (SAID.includes(binding.name) ? { ...binding, run: sayingTime(binding) } : binding));

/** Run a shortcut, and say the time that it leads to. @param {Binding} binding @returns {Binding["run"]} */
function sayingTime({ run }) {
  return (target, key) => {
    run(target, key);
    const { editor, player } = target;
    editor.announcements.saySoon("playhead", { time: timeSaid(editor, player.time.peek()) });
  };
}

/** @type {Record<string, Action[]>} by the group that the list of keys has them in */
export const GROUPS = { playing: PLAYING, editing: EDITING, timeline: TIMELINE_KEYS };
export const ACTIONS = Object.values(GROUPS).flat();

/** @param {string} name @returns {Action} */
const named = (name) => /** @type {Action} */ (ACTIONS.find((action) => action.name === name));

const NAMED = [" ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Arrows", "Backspace", "Delete", "Escape"]; // whose names are no labels

/** The labels of the keys that are pressed together. @param {string} key  as tables have it */
export const keyLabels = (key) =>
  key.split(/(?<=.)\+(?=.)/).map((each) => {
    const label = NAMED.includes(each) ? t(`edit.keyNames.${each.trim() || "Space"}`) : each;
    return label.length === 1 ? label.toUpperCase() : label;
  });

/** @param {string} key */
const keysShown = (key) => keyLabels(key).join("+");

/**
 * What a tool shows of an action.
 * @param {string} name @param {Target} target
 * @returns {{icon: string, word: string, label: string, title: string, disabled: boolean, onClick: () => unknown}}
 */
export function toolOf(name, target) {
  const { of, atPlayhead, keys, face = {}, run } = named(name);
  const { icon = "", word = "", label = word } = typeof face === "function" ? face(target) : face;
  const title = keys.length ? `${t(label)} (${keysShown(keys[0])})` : t(label);
  const disabled = Boolean(of && !atPlayhead) && target.editor.selected.value.length === 0;
  return { icon, word: t(word), label: t(label), title, disabled, onClick: () => run(target, "") };
}

// The menus, by groups of names: of what is selected, and of nothing.
const OF_ITEMS = [
  ["split", "freeze", "muteClip", "type"],
  ["cut", "copy", "paste", "duplicate"],
  ["startHere", "endHere"],
  ["forward", "backward"],
  ["remove", "leaveGap"],
];
const OF_NOTHING = [["closeGap"], ["paste", "selectAll"], ["undo", "redo"], ["zoomFit"]];

/**
 * The items of a menu of what is selected, or of an empty place.
 * @param {Target} target @returns {(import("../../../components/menu.js").MenuItem | null)[]}
 */
export function menuOf(target) {
  const kinds = kindsOf(target);
  const groups = target.editor.selected.peek().length ? OF_ITEMS : OF_NOTHING;
  const fits = (/** @type {Action} */ { of }) => !of || (kinds.length > 0 && kinds.every((kind) => of.includes(kind)));
  const shown = groups.map((names) => names.map(named).filter(fits)).filter((actions) => actions.length > 0);
  return shown.flatMap((actions, index) => [...(index ? [null] : []), ...actions.map((action) => itemOf(action, target))]);
}

/** @param {Target} target @returns {string[]} */
function kindsOf({ editor, closeGap }) {
  if (closeGap) return ["gap"];
  if (editor.transition.peek()) return ["transition"];
  return [...new Set(selectedEntries(editor).map(({ kind }) => kind))];
}

/** @param {Action} action @param {Target} target @returns {import("../../../components/menu.js").MenuItem} */
function itemOf({ name, keys, face = {}, danger, isPossible, run }, target) {
  const { icon, word, label = word } = typeof face === "function" ? face(target) : face;
  return {
    label: t(label ?? `edit.keys.${name}`),
    icon,
    danger,
    ...(keys.length > 0 && { keys: keysShown(keys[0]), shortcut: keys[0].replace("Ctrl", "Control") }),
    disabled: isPossible?.(target) === false,
    onSelect: () => run(target, ""),
  };
}
