/**
 * Tables of keyboard shortcuts, and that of the player. They work while the focus is in an element
 * that handles them.
 *
 * @typedef {{player: import("./player.js").Player}} Target
 */

/**
 * @template Target
 * @typedef {object} Binding
 * @property {string} name  what it does
 * @property {string[]} keys  each such as `Shift+ArrowLeft`; letters are small, `Ctrl` is also `⌘`
 * @property {(target: Target) => unknown} run
 */

const SECOND = 1;
const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PRESSED = "button, a, summary, input"; // by Space
const MOVED = "input, [role=tab]"; // by arrows
const IN_FRONT = "dialog, [popover]"; // with keys of their own

/** @type {Binding<Target>[]} */
export const PLAYER_KEYS = [
  { name: "toggle", keys: [" "], run: ({ player }) => player.toggle() },
  { name: "backwards", keys: ["j"], run: ({ player }) => player.shuttle(-1) },
  { name: "pause", keys: ["k"], run: ({ player }) => player.pause() },
  { name: "forwards", keys: ["l"], run: ({ player }) => player.shuttle(1) },
  { name: "frameBack", keys: ["ArrowLeft"], run: ({ player }) => player.step(-1) },
  { name: "frameOn", keys: ["ArrowRight"], run: ({ player }) => player.step(1) },
  {
    name: "secondBack",
    keys: ["Shift+ArrowLeft"],
    run: ({ player }) => player.seek(player.time.value - SECOND),
  },
  {
    name: "secondOn",
    keys: ["Shift+ArrowRight"],
    run: ({ player }) => player.seek(player.time.value + SECOND),
  },
  { name: "toStart", keys: ["Home"], run: ({ player }) => player.seek(0) },
  { name: "toEnd", keys: ["End"], run: ({ player }) => player.seek(Infinity) },
  { name: "fullScreen", keys: ["f"], run: ({ player }) => player.toggleFullscreen() },
];

/**
 * Run the shortcut of a key, unless a field, button, menu or dialog needs that key.
 * @template Target
 * @param {Binding<Target>[]} bindings @param {KeyboardEvent} event @param {Target} target
 */
export function handleKey(bindings, event, target) {
  if (event.defaultPrevented || event.altKey || isNeeded(event)) return;
  const key = nameOf(event);
  const binding = bindings.find(({ keys }) => keys.includes(key));
  if (!binding) return;
  event.preventDefault();
  binding.run(target);
}

/** @param {KeyboardEvent} event */
function isNeeded({ key, target }) {
  const element = /** @type {Element} */ (target);
  if (element.matches(TYPING) || element.closest(IN_FRONT)) return true;
  if (key === " ") return element.matches(PRESSED);
  return /^(Arrow|Home|End)/.test(key) && element.matches(MOVED);
}

/** The key as tables have it; Shift counts where it makes no other character. @param {KeyboardEvent} event */
function nameOf({ key, ctrlKey, metaKey, shiftKey }) {
  const isCharacter = key.length === 1;
  const isModified = ctrlKey || metaKey;
  const shift = shiftKey && (isModified || !isCharacter);
  return `${isModified ? "Ctrl+" : ""}${shift ? "Shift+" : ""}${isCharacter ? key.toLowerCase() : key}`;
}
