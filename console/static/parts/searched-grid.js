import { html } from "htm/preact";
import { useMemo, useState } from "preact/hooks";
import { t } from "../i18n.js";
import { CardGrid } from "./card-grid.js";
import { Empty } from "./empty.js";
import { ListTools, sortedBy } from "./list-tools.js";

/**
 * Cards with a search and an order.
 * @template {{id: string, name: string, updatedAt: number}} Item
 * @param {{texts: string, list: Item[], card: (item: Item) => any, class?: string,
 *   contains?: (item: Item, query: string) => boolean, hint?: string, children?: any}} props
 *   `texts` has `search` and `noMatch`; `hint` says what is searched; `children` are between the
 *   search and the order. All cards are made again when `card` is another function
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
