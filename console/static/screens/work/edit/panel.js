import { html } from "htm/preact";

/**
 * The frame of the inspector's fields. What is typed into one of them is undone together until the
 * focus leaves it.
 * @param {{title: string, editor: import("./editor.js").Editor, children?: any}} props
 */
export function Panel({ title, editor, children }) {
  return html`<section class="panel stack inspector" aria-label=${title} onFocusOut=${() => editor.seal()}>
    <h2>${title}</h2>
    ${children}
  </section>`;
}
