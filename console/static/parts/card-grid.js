import { html } from "htm/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

const STEP = 60; // cards
const AHEAD = "1500px"; // of what is in view

/**
 * Cards of any number of items: the first ones, and more as the end of them comes near.
 * @template {{id: string}} Item
 * @param {{items: Item[], card: (item: Item) => any, class?: string}} props
 *   `card` must be the same function each time, or all cards are made again
 */
export function CardGrid({ items, card, class: extra = "" }) {
  const [count, setCount] = useState(STEP);
  /** @type {{current: HTMLElement | null}} */
  const end = useRef(null);
  const cards = useMemo(() => items.slice(0, count).map(card), [items, count, card]);
  useEffect(() => {
    if (!end.current) return undefined;
    const grow = (/** @type {IntersectionObserverEntry[]} */ entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setCount(count + STEP);
    };
    const observer = new IntersectionObserver(grow, { rootMargin: AHEAD });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [count, items.length]);
  return html`<ul class=${`grid ${extra}`}>${cards}</ul>
    ${count < items.length && html`<div ref=${end}></div>`}`;
}
