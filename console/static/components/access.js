/** What the user may do in the project that is shown; components below a screen read it. */

import { html } from "htm/preact";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { may } from "../state/rights.js";

/** @typedef {import("../state/rights.js").Right} Right */

/** The project, of which `role` and `mayPay` are read. */
export const Access = createContext(/** @type {import("../state/rights.js").Access | null} */ (null));

/** Whether what is below only shows: buttons are left out unless they are `reading`, fields are fixed. */
const ReadOnly = createContext(false);

/** Whether the user has a right in the project that is shown. @param {Right} right */
export const useMay = (right) => may(useContext(Access), right);

export const useReadOnly = () => useContext(ReadOnly);

/** Controls that take a right: without it, they only show. @param {{right: Right, children: any}} props */
export function Needs({ right, children }) {
  return html`<${ReadOnly.Provider} value=${!useMay(right)}>${children}<//>`;
}

/** Controls that everyone may use who sees them. @param {{children: any}} props */
export function Allowed({ children }) {
  return html`<${ReadOnly.Provider} value=${false}>${children}<//>`;
}
