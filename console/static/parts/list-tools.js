import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Icon } from "./icon.js";

// A comparison of strings with options would make one each time.
const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const ORDERS = {
  updated: (/** @type {any} */ a, /** @type {any} */ b) => b.updatedAt - a.updatedAt,
  oldest: (/** @type {any} */ a, /** @type {any} */ b) => a.updatedAt - b.updatedAt,
  name: (/** @type {any} */ a, /** @type {any} */ b) => compare(a.name, b.name),
};

/**
 * Return items in one of the orders `updated`, `oldest`, `name`.
 * @template {{name: string, updatedAt: number}} Item
 * @param {string} sort
 * @param {Item[]} items
 * @returns {Item[]}
 */
export function sortedBy(sort, items) {
  return [...items].sort(ORDERS[/** @type {keyof typeof ORDERS} */ (sort)]);
}

/**
 * The search and the order of a grid; `children` are between them.
 * @param {{label: string, query: string, setQuery: (query: string) => void, sort: string,
 *   setSort: (sort: string) => void, children?: any}} props
 */
export function ListTools({ label, query, setQuery, sort, setSort, children }) {
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
 * A choice beside the search, without a label that is seen.
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
