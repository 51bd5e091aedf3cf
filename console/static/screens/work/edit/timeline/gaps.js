import { html } from "htm/preact";
import { t } from "../../../../i18n.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("./lanes.js").Entry} Entry
 * @typedef {import("./strip.js").Strip} Strip
 */

const SHORTEST = 0.001; // seconds: less is rounding

/** The black between clips: what closes it. @param {{strip: Strip, entries: Entry[]}} props */
export function Gaps({ strip, entries }) {
  const { from, to } = strip.range.value;
  const shift = strip.shift.value;
  const by = (/** @type {Entry|undefined} */ entry) => (entry && shift?.ids.has(entry.id) ? shift.by : 0);
  return entries.map((clip, index) => {
    const before = entries[index - 1];
    const start = (before?.end ?? 0) + by(before);
    const length = clip.start + by(clip) - start;
    if (length < SHORTEST || clip.start < from || start > to) return null;
    const label = `${t("edit.closeGap")}, ${t("edit.seconds", { seconds: length.toFixed(1) })}`;
    return html`<button
      key=${clip.id}
      type="button"
      class="gap"
      style=${`--start:${start};--length:${length}`}
      data-gap=${clip.id}
      title=${label}
      aria-label=${label}
    >
      <span>${t("edit.closeGap")}</span>
    </button>`;
  });
}

/** Let a clip begin where the one before it ends. @param {Strip} strip @param {string} clip  after the gap */
export function closeGap(strip, clip) {
  const { editor } = strip;
  if (!editor.apply({ op: "gap", clip, seconds: 0 })) return;
  editor.announce("gapClosed");
  strip.focused.value = clip;
  strip.wantsFocus = true;
}

/** Delete the gap that has the focus. @param {Strip} strip @param {KeyboardEvent} event */
export function deleteGap(strip, event) {
  const { gap } = /** @type {HTMLElement} */ (event.target).dataset;
  if (!gap || (event.key !== "Delete" && event.key !== "Backspace")) return;
  event.preventDefault();
  event.stopPropagation();
  closeGap(strip, gap);
}
