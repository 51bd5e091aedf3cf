/** Lets elements have paths as `href`, `src` and `poster`, which lead to the service. */

import { options } from "preact";
import { at } from "./base.js";

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
