/** What the user may do in a project, by the service's table of rights; components below a screen read it of theirs. */

import { html } from "htm/preact";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

/**
 * @typedef {"see" | "comment" | "change" | "pay" | "manage"} Right
 * @typedef {{role?: string, mayPay?: boolean}} ProjectAccess what answers say of a project; without a role it
 *   is the user's own
 */

/** The rights of each role, and of one that may pay. @type {Record<string, Right[]>} */
const TABLE = JSON.parse(document.querySelector("meta[name=rights]")?.getAttribute("content") ?? "{}");

/**
 * Whether the user has a right in a project; true as long as nothing else is known.
 * @param {ProjectAccess | null | undefined} project @param {Right} right
 */
export function may(project, right) {
  if (!project?.role) return true;
  const rights = TABLE[project.mayPay ? `${project.role} mayPay` : project.role];
  return rights?.includes(right) ?? false;
}

/** The project, of which `role` and `mayPay` are read. */
export const Access = createContext(/** @type {ProjectAccess | null} */ (null));

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
