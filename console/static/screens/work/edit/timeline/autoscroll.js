/** Scrolling while something is dragged to an edge. */

const EDGE = 36; // pixels
const FASTEST = 14; // pixels of a frame

/**
 * Scroll until the returned function is called.
 * @param {HTMLElement} scroller @param {() => {x: number, y: number}} placeOf  the pointer's
 * @param {() => void} onScroll @param {boolean} [isAcross]  whether it scrolls to other lanes, too
 */
export function autoscroll(scroller, placeOf, onScroll, isAcross = true) {
  const box = scroller.getBoundingClientRect();
  const head = /** @type {HTMLElement} */ (scroller.querySelector(".ruler"));
  const [left, top] = [box.left + head.offsetLeft, box.top + head.offsetHeight];
  const isHigher = isAcross && scroller.scrollHeight > scroller.clientHeight;
  let request = requestAnimationFrame(step);
  function step() {
    request = requestAnimationFrame(step);
    const { x, y } = placeOf();
    const [across, down] = [speedAt(x, left, box.right), isHigher ? speedAt(y, top, box.bottom) : 0];
    if (!across && !down) return;
    const before = [scroller.scrollLeft, scroller.scrollTop];
    scroller.scrollBy(across, down);
    if (scroller.scrollLeft !== before[0] || scroller.scrollTop !== before[1]) onScroll();
  }
  return () => cancelAnimationFrame(request);
}

/** @param {number} at @param {number} low @param {number} high */
function speedAt(at, low, high) {
  const edge = Math.min(EDGE, (high - low) / 4);
  const over = at > high - edge ? at - (high - edge) : Math.min(0, at - (low + edge));
  return Math.round(FASTEST * Math.max(-1, Math.min(over / edge, 1)));
}
