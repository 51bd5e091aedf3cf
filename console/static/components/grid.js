import { html } from "htm/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { t } from "../i18n.js";
import { Boundary } from "./boundary.js";
import { Icon } from "./button.js";
import { Empty } from "./fallbacks.js";

// Made once: `localeCompare` with options would make one for each comparison.
const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const ORDERS = {
  updated: (/** @type {any} */ a, /** @type {any} */ b) => b.updatedAt - a.updatedAt,
  oldest: (/** @type {any} */ a, /** @type {any} */ b) => a.updatedAt - b.updatedAt,
  name: (/** @type {any} */ a, /** @type {any} */ b) => compare(a.name, b.name),
};
const STEP = 60; // cards
const AHEAD = "1500px"; // of what is in view

/**
 * Cards with a search and an order.
 * @template {{id: string, name: string, updatedAt: number}} Item
 * @param {{texts: string, list: Item[], card: (item: Item) => any, class?: string,
 *   contains?: (item: Item, query: string) => boolean, hint?: string, children?: any}} props
 *   `texts` has `search` and `noMatch`; `hint` says what is searched; `children` are between the
 *   search and the order. All cards are rendered again when `card` is another function
 */
export function SearchedGrid({ texts, list, card, class: extra = "", contains = nameContains, hint, children }) {
  const [query, setQuery] = useState("");
  const [sort, setSort] = useState("updated");
  const shown = useMemo(() => {
    const wanted = query.trim();
    return sortedBy(sort, wanted ? list.filter((item) => contains(item, wanted)) : list);
  }, [list, query, sort]);
  return html`
    <${ListTools} label=${t(`${texts}.search`)} ...${{ query, setQuery, sort, setSort }}>${children}<//>
    <p class="visually-hidden" role="status">${t("grid.shown", { count: shown.length })}</p>
    ${shown.length === 0 &&
    html`<${Empty} icon="search" title=${t(`${texts}.noMatch`)}><p>${hint ?? t("grid.noMatch", { query })}</p><//>`}
    <${CardGrid} items=${shown} ...${{ card, class: extra }} />
  `;
}

/** @param {{name: string}} item @param {string} query */
function nameContains({ name }, query) {
  return name.toLocaleLowerCase().includes(query.toLocaleLowerCase());
}

/**
 * Return items in one of the orders `updated`, `oldest`, `name`.
 * @template {{name: string, updatedAt: number}} Item
 * @param {string} sort
 * @param {Item[]} items
 * @returns {Item[]}
 */
function sortedBy(sort, items) {
  return [...items].sort(ORDERS[/** @type {keyof typeof ORDERS} */ (sort)]);
}

/**
 * The search and the order of a grid; `children` are between them.
 * @param {{label: string, query: string, setQuery: (query: string) => void, sort: string,
 *   setSort: (sort: string) => void, children?: any}} props
 */
function ListTools({ label, query, setQuery, sort, setSort, children }) {
  return html`<div class="list-tools" role="search">
    <span class="search">
      <${Icon} name="search" />
      <input
        type="search"
        class="input"
        dir="auto"
        aria-label=${label}
        placeholder=${t("grid.search")}
        value=${query}
        onInput=${(/** @type {any} */ event) => setQuery(event.target.value)}
      />
    </span>
    ${children}
    <${ListSelect}
      label=${t("projects.sort")}
      value=${sort}
      onInput=${setSort}
      options=${Object.keys(ORDERS).map((id) => ({ value: id, label: t(`projects.sorts.${id}`) }))}
    />
  </div>`;
}

/**
 * A choice beside the search, with a label for screen readers only.
 * @param {{label: string, value: string, onInput: (value: string) => void,
 *   options: {value: string, label: string}[]}} props
 */
export function ListSelect({ label, value, onInput, options }) {
  return html`<span class="select">
    <select
      class="input"
      aria-label=${label}
      value=${value}
      onChange=${(/** @type {any} */ event) => onInput(event.target.value)}
    >
      ${options.map((option) => html`<option value=${option.value}>${option.label}</option>`)}
    </select>
    <${Icon} name="chevron-down" />
  </span>`;
}

/**
 * Cards of any number of items: the first ones, and more as their end is scrolled into view.
 * @template {{id: string}} Item
 * @param {{items: Item[], card: (item: Item) => any, class?: string}} props
 *   `card` must be the same function each time, or all cards are rendered again
 */
function CardGrid({ items, card, class: extra = "" }) {
  const [count, setCount] = useState(STEP);
  /** @type {{current: HTMLElement | null}} */
  const end = useRef(null);
  const cards = useMemo(() => items.slice(0, count).map((item) => html`<${Boundary} key=${item.id} as="li" of=${item}>${card(item)}<//>`), [items, count, card]);
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
