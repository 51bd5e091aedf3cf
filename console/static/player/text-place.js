/**
 * Where texts are in the frame: around their middle or at a side, with baselines where exports have them.
 *
 * @typedef {import("../timeline/model.js").TextOverlay} TextOverlay
 */

import { roundHalfEven } from "../timeline/frames.js";

/** Where a text is in its area, of what it lacks on its left. */
export const SHARES = { left: 0, center: 0.5, right: 1 };

/**
 * Put a text at its place, which is known when the text has been laid out: its middle, or its side.
 * @param {ResizeObserverEntry} entry @param {TextOverlay} overlay
 */
export function centre({ target, borderBoxSize: [size] }, { align }) {
  const { style } = /** @type {HTMLElement} */ (target);
  style.marginLeft = `${-size.inlineSize * SHARES[align]}px`;
  style.marginTop = `${-size.blockSize / 2}px`;
}

/**
 * Return where the first baseline of a text is in exports, from its top.
 * @param {import("./fonts.js").Metrics} metrics @param {TextOverlay} overlay
 */
export function exportedBaseline({ ascent, descent }, { fontSize, lineHeight }) {
  const [above, below] = [roundHalfEven(ascent * fontSize), roundHalfEven(descent * fontSize)];
  return Math.floor((fontSize * lineHeight - above - below) / 2) + above;
}

/**
 * Return where this browser puts the first baseline of a text, from its top: systems round metrics in
 * different ways.
 * @param {HTMLElement} text @param {HTMLElement} layer  in which texts are
 */
export function shownBaseline(text, layer) {
  const probe = /** @type {HTMLElement} */ (text.cloneNode(false));
  const mark = Object.assign(document.createElement("span"), { className: "player-baseline" });
  probe.append(mark);
  layer.append(probe);
  const { offsetTop } = mark;
  probe.remove();
  return offsetTop;
}
