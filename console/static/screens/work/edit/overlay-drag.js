/**
 * Dragging texts and pictures in the player; the inspector has fields for the same.
 *
 * @typedef {import("./editor.js").Editor} Editor
 */

const CLICK = 3; // pixels that a pointer moves at least in a drag

/**
 * Let the overlays of a stage be selected and dragged.
 * @param {Editor} editor @param {HTMLElement} stage
 */
export function dragOverlays(editor, stage) {
  stage.addEventListener("pointerdown", (event) => {
    const overlay = /** @type {Element} */ (event.target).closest(".player-overlays > [data-id]");
    const id = overlay instanceof HTMLElement ? overlay.dataset.id : "";
    if (!id) {
      editor.selection.value = null;
      return;
    }
    event.preventDefault();
    stage.focus();
    editor.selection.value = id;
    follow(editor, stage, id, event);
  });
}

/** @param {Editor} editor @param {HTMLElement} stage @param {string} id @param {PointerEvent} from */
function follow(editor, stage, id, from) {
  const { output, scale } = editor.model.peek().timeline;
  const frame = /** @type {Element} */ (stage.querySelector(".player-frame")).getBoundingClientRect();
  const factor = (frame.width / output.width) * scale;
  const state = editor.state.peek();
  const { centerX, centerY } = state.textOverlays?.[id] ?? state.imageOverlays[id];
  const key = `${id}.drag.${from.timeStamp}`;
  let moved = false;
  const move = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    const [x, y] = [clientX - from.clientX, clientY - from.clientY];
    moved ||= Math.hypot(x, y) >= CLICK;
    if (!moved) return;
    editor.changeItem(id, { x: Math.round(centerX + x / factor), y: Math.round(centerY + y / factor) }, key);
  };
  const stop = new AbortController();
  const finish = () => stop.abort();
  stage.setPointerCapture(from.pointerId);
  stage.addEventListener("pointermove", move, stop);
  stage.addEventListener("pointerup", finish, stop);
  stage.addEventListener("pointercancel", finish, stop);
}

/** Mark the overlay that is selected. @param {Editor} editor @param {HTMLElement} stage */
export function markSelected(editor, stage) {
  const id = editor.selection.value;
  for (const element of stage.querySelectorAll(".player-overlays > [data-id]")) {
    element.toggleAttribute("data-selected", id !== null && /** @type {HTMLElement} */ (element).dataset.id === id);
  }
}
