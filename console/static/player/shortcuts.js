/**
 * Tables of keyboard shortcuts, and that of the player.
 *
 * @typedef {{player: import("./player.js").Player}} Target
 */

/**
 * @template Target
 * @typedef {object} Binding
 * @property {string} name  what it does
 * @property {string[]} keys  each such as `Shift+ArrowLeft`; letters are small, `Ctrl` is also `⌘`
 * @property {boolean} [repeats]  while it is held down
 * @property {(target: Target, key: string) => unknown} run  false: there is nothing that it can do
 */

const SECOND = 1;
const UNTYPED = ["range", "checkbox", "radio"].map((type) => `[type=${type}]`).join();
const TYPING = `input:not(${UNTYPED}), textarea, select, [contenteditable]:not([contenteditable=false])`;
const SPACE = "[type=checkbox], [type=radio], :is(video, audio)[controls]";
const ARROWS = "input, [role=tab], [role=separator], :is(video, audio)[controls]";
const IN_FRONT = "dialog, [popover]"; // with keys of their own
const LETTER = /^[a-z]$/;

/** @type {Binding<Target>[]} */
export const PLAYER_KEYS = [
  { name: "toggle", keys: [" "], run: ({ player }) => player.toggle() },
  { name: "backwards", keys: ["j"], run: ({ player }) => player.shuttle(-1) },
  { name: "pause", keys: ["k"], run: ({ player }) => player.pause() },
  { name: "forwards", keys: ["l"], run: ({ player }) => player.shuttle(1) },
  { name: "frameBack", keys: ["ArrowLeft"], repeats: true, run: ({ player }) => player.step(-1) },
  { name: "frameOn", keys: ["ArrowRight"], repeats: true, run: ({ player }) => player.step(1) },
  {
    name: "secondBack",
    keys: ["Shift+ArrowLeft"],
    repeats: true,
    run: ({ player }) => player.seek(player.time.value - SECOND),
  },
  {
    name: "secondOn",
    keys: ["Shift+ArrowRight"],
    repeats: true,
    run: ({ player }) => player.seek(player.time.value + SECOND),
  },
  { name: "toStart", keys: ["Home"], run: ({ player }) => player.seek(0) },
  { name: "toEnd", keys: ["End"], run: ({ player }) => player.seek(Infinity) },
  { name: "mute", keys: ["m"], run: ({ player }) => player.toggleMuted() },
  { name: "fullScreen", keys: ["f"], run: ({ player }) => player.toggleFullscreen() },
];

/**
 * Run the shortcut of a key, unless a field, menu or dialog needs that key. Space plays also where a
 * button, link or tab has the focus; Enter presses these.
 * @template Target
 * @param {Binding<Target>[]} bindings @param {KeyboardEvent} event @param {Target} target
 */
export function handleKey(bindings, event, target) {
  if (event.defaultPrevented || isNeeded(event)) return;
  const key = nameOf(event);
  const binding = bindings.find(({ keys }) => keys.includes(key));
  if (!binding) return;
  const isDone = event.repeat && !binding.repeats;
  if (isDone || binding.run(target, key) !== false) event.preventDefault();
}

/**
 * Let Space not press a button when it is released, where it has played.
 * @param {KeyboardEvent} event  of the release
 */
export function handleRelease(event) {
  const element = /** @type {Element} */ (event.target);
  if (event.key === " " && element.matches?.("button, summary") && !isNeeded(event)) event.preventDefault();
}

/** @param {KeyboardEvent} event */
function isNeeded({ key, target }) {
  if (document.querySelector("dialog[open]")) return true;
  const element = /** @type {Element} */ (target);
  if (element.matches(TYPING) || element.closest(IN_FRONT)) return true;
  if (key === " ") return element.matches(SPACE);
  return /^(Arrow|Home|End)/.test(key) && element.matches(ARROWS);
}

/**
 * The key as tables have it; Shift counts where it makes no other character, and so does Alt. With
 * other alphabets, a letter is the one that is at its place on a Latin keyboard.
 * @param {KeyboardEvent} event
 */
function nameOf({ key, code, altKey, ctrlKey, metaKey, shiftKey }) {
  const isCharacter = key.length === 1;
  const isForeign = isCharacter && key > "\u007f" && code.startsWith("Key");
  const name = isForeign ? code.slice("Key".length).toLowerCase() : isCharacter ? key.toLowerCase() : key;
  const isLetter = LETTER.test(name);
  if (altKey && isCharacter && !isLetter) return name; // such as [, on many keyboards
  const isModified = ctrlKey || metaKey;
  const shift = shiftKey && (isModified || !isCharacter || isLetter);
  return `${isModified ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${name}`;
}
