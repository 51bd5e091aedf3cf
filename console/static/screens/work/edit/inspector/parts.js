/** Parts of the inspector that several tabs have. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../../../components/button.js";
import { NumberField } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { keptSignal } from "../../../../stored.js";
import { MIN_SECONDS } from "../../../../timeline/facts.js";
import { layerOperation } from "../compound-operations.js";

// A number that counts when it is typed to its end.

const PAUSE = 600; // milliseconds without typing

/**
 * A number that is set with Enter, when the focus leaves it, and after a pause. What is no number of its range
 * is not set, and the field shows the true value again when it is left.
 * @param {{label: string, value: number | null, set: (value: number) => void, waits?: boolean,
 *   [attribute: string]: any}} props  `waits`: a pause sets nothing
 */
export function Numeric({ value, set, waits = false, ...rest }) {
  const [typed, setTyped] = useState(/** @type {{number: number | null, counts: boolean} | null} */ (null));
  const [visit, setVisit] = useState(0);
  const finish = () => {
    if (typed?.counts && typed.number !== null) set(typed.number);
    setTyped(null);
  };
  const latest = useRef(finish);
  latest.current = finish;
  useEffect(() => {
    if (waits || !typed?.counts || typed.number === null) return undefined;
    const timer = setTimeout(() => latest.current(), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => () => latest.current(), []); // something else was selected
  const check = (/** @type {any} */ { target }) => {
    if (typed && !target.validity.valid) setTyped({ ...typed, counts: false });
  };
  const change = (/** @type {any} */ { target }) => target.validity.valid && finish();
  const leave = (/** @type {any} */ { target }) => {
    if (target.validity.valid && target.value !== "") return;
    setTyped(null);
    setVisit(visit + 1); // what was typed is forgotten
  };
  return html`<${NumberField} key=${visit} ...${rest} value=${typed ? typed.number : value} onInputCapture=${check}
    onChange=${change} onBlur=${leave} onInput=${(/** @type {number|null} */ number) => setTyped({ number, counts: true })} />`;
}

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 */

const DAY = 86_400; // seconds

/**
 * A time, to the hundredth of a second.
 * @param {{label: string, value: number, set: (value: number) => void, min?: number, max?: number,
 *   [attribute: string]: any}} props
 */
export function Seconds({ label, value, set, min = 0, max = DAY, ...rest }) {
  const range = { min: Math.ceil(hundredths(min)) / 100, max: Math.floor(hundredths(max)) / 100 };
  return html`<${Numeric} step="0.01" ...${rest} ...${range} ...${{ label, set, unit: "s" }}
    value=${Math.round(hundredths(value)) / 100} />`;
}

/** A number of hundredths, without what floating point adds to it. @param {number} seconds */
const hundredths = (seconds) => Number((seconds * 100).toFixed(6));

/**
 * A whole number.
 * @param {{label: string, value: number, set: (value: number) => void, [attribute: string]: any}} props
 */
export function Whole({ label, value, set, ...rest }) {
  return html`<${Numeric} step="1" ...${rest} ...${{ label, set }} value=${Math.round(value)} />`;
}

/**
 * Functions that change fields of a text, a picture or a place of music.
 * @param {Editor} editor @param {string} id
 */
export const setter = (editor, id) => (/** @type {string} */ field) => (/** @type {any} */ value) =>
  editor.changeItem(id, { [field]: value }, `${id}.${field}`);

/** @param {{overlay: any, set: (field: string) => (value: any) => void}} props */
export function Position({ overlay, set }) {
  return html`<div class="pair">
    <${Whole} label=${t("edit.x")} value=${overlay.centerX} set=${set("x")} />
    <${Whole} label=${t("edit.y")} value=${overlay.centerY} set=${set("y")} />
  </div>`;
}

/** @param {{editor: Editor, action: Action}} props */
export function Times({ editor, action }) {
  const { id, start, end } = action;
  const move = (/** @type {number} */ to) => editor.changeItem(id, { start: to, end: end + to - start }, `${id}.start`);
  return html`<div class="pair">
    <${Seconds} label=${t("edit.start")} value=${start} set=${move} />
    <${Seconds} label=${t("edit.end")} value=${end} min=${start + MIN_SECONDS} set=${setter(editor, id)("end")} />
  </div>`;
}

/** @param {{editor: Editor, id: string}} props */
export function OverlayActions({ editor, id }) {
  const put = (/** @type {1 | -1} */ by) => editor.apply(layerOperation(editor.state.peek(), id, by));
  return html`<div class="actions pairs">
    <${Button} small icon="arrow-up" onClick=${() => put(1)}>${t("edit.forward")}<//>
    <${Button} small icon="arrow-down" onClick=${() => put(-1)}>${t("edit.backward")}<//>
    <${Button} small icon="copy" onClick=${() => editor.duplicate()}>${t("edit.duplicate")}<//>
    <${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//>
  </div>`;
}

// Parts of a tab that are opened when they are needed.

const WIDE = matchMedia("(width >= 56rem)"); // elsewhere the page would scroll away from the timeline, also in a drag

/** The sections that are open, also of what is selected next. */
const open = keptSignal(() => /** @type {string[]} */ ([]));

/**
 * @param {{name: string, title: string, state?: string, wanted?: boolean, children?: any}} props
 *   `state`: what it is set to; `wanted`: it is opened, and shown
 */
export function Section({ name, title, state, wanted = false, children }) {
  const isOpen = open.value.includes(name);
  /** @type {{current: HTMLDetailsElement | null}} */
  const root = useRef(null);
  const isAsked = useRef(false); // to be shown, when it is open
  useEffect(() => {
    if (!wanted) return;
    isAsked.current = WIDE.matches;
    if (!open.peek().includes(name)) open.value = [...open.peek(), name];
  }, [wanted]);
  useEffect(() => {
    if (!isOpen || !isAsked.current) return undefined;
    isAsked.current = false;
    return reveal(/** @type {HTMLElement} */ (root.current));
  }, [isOpen, wanted]);
  const toggle = (/** @type {any} */ { currentTarget }) => {
    const others = open.peek().filter((each) => each !== name);
    if (currentTarget.open !== isOpen) open.value = currentTarget.open ? [...others, name] : others;
  };
  return html`<details ref=${root} class="inspector-section" open=${isOpen} onToggle=${toggle}>
    <summary onClick=${() => (isAsked.current = !isOpen)}><h3>${title}</h3>${state && html`<span class="state">${state}</span>`}</summary>
    ${isOpen && html`<div class="stack">${children}</div>`}
  </details>`;
}

/**
 * Scroll until all of a section is seen, or else its beginning, also while its pictures come; until something else is
 * done. Return how to end that.
 * @param {HTMLElement} section
 */
function reveal(section) {
  const stop = new AbortController();
  const sized = new ResizeObserver(() => {
    section.scrollIntoView({ block: "nearest" });
    section.querySelector("summary")?.scrollIntoView({ block: "nearest" });
  });
  stop.signal.addEventListener("abort", () => sized.disconnect());
  for (const name of ["pointerdown", "wheel", "keydown"]) document.addEventListener(name, () => stop.abort(), { signal: stop.signal, capture: true });
  sized.observe(section);
  return () => stop.abort();
}
