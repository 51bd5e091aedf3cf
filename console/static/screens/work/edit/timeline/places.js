/**
 * Where entries are in the window. Small ones are not in the page, so that this goes by their times.
 *
 * @typedef {import("./lanes.js").Entry} Entry
 * @typedef {import("./strip.js").Strip} Strip
 * @typedef {{entry: Entry, top: number, bottom: number}} Place  pixels of the content
 */

/** Return the vertical place of each entry. @param {Strip} strip @returns {Place[]} */
export function rowsOf({ lanes, content }) {
  return lanes.peek().flatMap(({ kind, entries, rows }) => {
    const body = /** @type {HTMLElement|null} */ (content.querySelector(`.lane.${kind} .lane-body`));
    if (!body) return [];
    const lane = /** @type {HTMLElement} */ (body.parentElement);
    const [top, height] = [lane.offsetTop + body.offsetTop, body.offsetHeight / Math.max(rows, 1)];
    return entries.map((entry) => ({ entry, top: top + entry.row * height, bottom: top + (entry.row + 1) * height }));
  });
}

/** Return the entry at a place of the window. @param {Strip} strip @param {{x: number, y: number}} place */
export function entryAt(strip, { x, y }) {
  const top = contentY(strip, y);
  const time = strip.timeAt(x);
  const found = rowsOf(strip).find(
    ({ entry, ...row }) => row.top <= top && top < row.bottom && entry.start <= time && time < entry.end,
  );
  return found?.entry;
}

/** @param {Strip} strip @param {number} y  client pixels */
export function contentY({ content }, y) {
  return y - content.getBoundingClientRect().top;
}

/** @param {Strip} strip @param {number} x  client pixels */
export function contentX({ content }, x) {
  return x - content.getBoundingClientRect().left;
}
