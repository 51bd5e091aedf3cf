/**
 * The keys of the player: for an element that has the focus or contains it.
 *
 * @typedef {import("./player.js").Player} Player
 */

const SECOND = 1;
const TYPING = "input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]";
const PRESSED = "button, a, summary, input"; // by Space
const MOVED = "input, [role=tab], [role=menuitem]"; // by arrows

/** @type {Record<string, (player: Player) => unknown>} */
const KEYS = {
  " ": (player) => player.toggle(),
  j: (player) => player.shuttle(-1),
  k: (player) => player.pause(),
  l: (player) => player.shuttle(1),
  f: (player) => player.toggleFullscreen(),
  Home: (player) => player.seek(0),
  End: (player) => player.seek(Infinity),
  ArrowLeft: (player) => player.step(-1),
  ArrowRight: (player) => player.step(1),
  "Shift+ArrowLeft": (player) => player.seek(player.time.value - SECOND),
  "Shift+ArrowRight": (player) => player.seek(player.time.value + SECOND),
};

/**
 * Handle a key; return whether it was one of the player's. Keys of fields and buttons are left alone.
 * @param {Player} player @param {KeyboardEvent} event
 */
export function handleKey(player, event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = /** @type {Element} */ (event.target);
  if (target.matches(TYPING)) return false;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (target.matches(name === " " ? PRESSED : MOVED) && (name === " " || name.length > 1)) return false;
  const action = KEYS[event.shiftKey && name.length > 1 ? `Shift+${name}` : name];
  if (!action) return false;
  event.preventDefault();
  action(player);
  return true;
}
