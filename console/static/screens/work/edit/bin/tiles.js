/** Tiles in rows, of which only those in view are in the page. */

import { html } from "htm/preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

const ROW = 7; // rem
const WIDTH = 6.5; // rem of a tile at least
const AHEAD = 2; // rows

/**
 * @template Item
 * @param {{items: Item[], tile: (item: Item) => any, label: string}} props
 */
export function Tiles({ items, tile, label }) {
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  const [view, setView] = useState({ columns: 2, first: 0, last: 8 });
  const measure = () => {
    const element = /** @type {HTMLElement} */ (root.current);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const columns = Math.max(2, Math.floor(element.clientWidth / (WIDTH * rem)));
    const first = Math.max(0, Math.floor(element.scrollTop / (ROW * rem)) - AHEAD);
    const last = Math.ceil((element.scrollTop + element.clientHeight) / (ROW * rem)) + AHEAD;
    setView((view) => (view.columns === columns && view.first === first && view.last === last ? view : { columns, first, last }));
  };
  useLayoutEffect(() => {
    const resized = new ResizeObserver(measure);
    resized.observe(/** @type {HTMLElement} */ (root.current));
    return () => resized.disconnect();
  }, []);
  const { columns, first, last } = view;
  const rows = Math.ceil(items.length / columns);
  const start = Math.min(first, Math.max(0, rows - 1));
  return html`<div ref=${root} class="bin-tiles" onScroll=${measure}>
    <div class="bin-rows" role="list" aria-label=${label}
      style=${`--columns:${columns};--row:${ROW}rem;height:${rows * ROW}rem;padding-top:${start * ROW}rem`}>
      ${items.slice(start * columns, last * columns).map(tile)}
    </div>
  </div>`;
}
