import { html } from "htm/preact";
import { Menu } from "./menu.js";
import { Poster } from "./poster.js";

/**
 * A project, a work or what belongs to them in a grid: its poster, its name, a line about it and
 * its menu. `picture` replaces the poster.
 * @param {{href: string, id: string, name: string, poster?: string | null, icon?: string,
 *   note: any, picture?: any, menuLabel: string, items: import("./menu.js").MenuItem[], children?: any}} props
 */
export function Card({ href, id, name, poster, icon, note, picture, menuLabel, items, children }) {
  return html`<li class="card">
    ${picture ?? html`<${Poster} src=${poster} id=${id} icon=${icon} />`}
    ${children}
    <div class="card-text">
      <h2 class="card-name" dir="auto"><a href=${href} title=${name}>${name}</a></h2>
      <p class="card-note" dir="auto">${note}</p>
    </div>
    <${Menu} label=${menuLabel} items=${items} class="icon-button card-menu" />
  </li>`;
}
