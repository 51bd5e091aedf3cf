/** A number that counts when it is typed to its end. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { NumberField } from "../../../../components/field.js";

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
