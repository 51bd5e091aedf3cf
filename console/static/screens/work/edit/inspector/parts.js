/** Parts of the inspector that several tabs have. */

import { html } from "htm/preact";
import { Button } from "../../../../components/button.js";
import { t } from "../../../../i18n.js";
import { actionsOf, findItem } from "../../../../timeline/editor-state.js";
import { MIN_SECONDS } from "../../../../timeline/facts.js";
import { kindOf } from "../compound-operations.js";
import { Numeric } from "./number.js";

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

/**
 * The operations that put an overlay above the next one on its track, or below the one before it.
 * @param {import("../../../../timeline/editor-state.js").State} state @param {string} id @param {1 | -1} by
 */
function layerOperation(state, id, by) {
  const item = findItem(state, id);
  if (!item) return [];
  const ids = actionsOf(state, item.track).map((action) => action.id);
  const index = ids.indexOf(id);
  const above = by > 0 ? ids[index + 1] : (ids[index - 2] ?? null);
  const isLast = by > 0 ? above === undefined : index === 0;
  return isLast ? [] : [{ op: "layer", kind: kindOf(item.track), id, above }];
}
