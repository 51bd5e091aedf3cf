import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { TextArea } from "../../../parts/field.js";
import { equal } from "../../../state/merge.js";

/**
 * A list of texts, one in each line.
 * @param {{label: string, value: string[], onInput: (value: string[]) => void, hint?: string,
 *   error?: string}} props
 */
export function LinesField({ value, onInput, ...rest }) {
  const [typed, setTyped] = useState(value.join("\n"));
  const shown = equal(linesOf(typed), value) ? typed : value.join("\n"); // empty lines while typing
  const input = (/** @type {string} */ text) => {
    setTyped(text);
    onInput(linesOf(text));
  };
  return html`<${TextArea} ...${rest} rows="2" value=${shown} onInput=${input} />`;
}

/** @param {string} text */
const linesOf = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
