/** Parts of a tab that are opened when they are needed. */

import { signal } from "@preact/signals";
import { html } from "htm/preact";

/** The sections that are open, also of what is selected next. */
const open = signal(/** @type {string[]} */ ([]));

/** @param {{name: string, title: string, state?: string, children?: any}} props  `state`: what it is set to */
export function Section({ name, title, state, children }) {
  const isOpen = open.value.includes(name);
  const toggle = (/** @type {any} */ { currentTarget }) => {
    const others = open.peek().filter((each) => each !== name);
    if (currentTarget.open !== isOpen) open.value = currentTarget.open ? [...others, name] : others;
  };
  return html`<details class="inspector-section" open=${isOpen} onToggle=${toggle}>
    <summary><h3>${title}</h3>${state && html`<span class="state">${state}</span>`}</summary>
    ${isOpen && html`<div class="stack">${children}</div>`}
  </details>`;
}
