/**
 * Where the service is: its addresses are below the path of `PUBLIC_URL`, such as `/vidworks`. In
 * the service's documents and in the page's code, they are without it. Elements have paths as `href`,
 * `src` and `poster`, which lead there.
 */

import { options } from "preact";

/** The path that all addresses are below; usually empty. */
export const BASE = basePath(import.meta.url);

/** The path in the address of this module, before `/console/static/`. @param {string} url */
export function basePath(url) {
  return new URL("../..", url).pathname.slice(0, -1);
}

/**
 * The address of a path of the service; any other address stays as it is.
 * @template {string | null | undefined} Address
 * @param {Address} address @returns {Address}
 */
export const at = (address) =>
  address?.startsWith("/") ? /** @type {Address} */ (BASE + address) : address;

/** The path that an address of the service has in its documents. @param {string} path */
export const below = (path) => (`${path}/`.startsWith(`${BASE}/`) ? path.slice(BASE.length) : path);

const NAMES = /** @type {const} */ (["href", "src", "poster"]);

/** Resolve the paths of all elements that are created from now on. */
export function resolveAddresses() {
  const next = options.vnode;
  options.vnode = (vnode) => {
    if (typeof vnode.type === "string") resolveIn(/** @type {any} */ (vnode.props));
    next?.(vnode);
  };
}

/** @param {Record<string, any>} props */
function resolveIn(props) {
  for (const name of NAMES) {
    if (typeof props[name] === "string") props[name] = at(props[name]);
  }
}
