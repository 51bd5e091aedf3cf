/** The address of the page, which decides what is shown (History API). */

import { signal } from "@preact/signals";
import { at, below } from "./base.js";

/** Paths with a secret: they are after `#`, which browsers send to nobody. */
const SECRET = /^\/invitations\//;

/** The current path below the base, without a slash at the end, and the query. */
export const address = signal(current());

/**
 * Go to a path of the page.
 * @param {string} path with an optional query
 * @param {{replace?: boolean}} [options] `replace` leaves no entry in the history
 */
export function navigate(path, { replace = false } = {}) {
  const before = address.value.path;
  const place = SECRET.test(path) ? `/#${path}` : path;
  history[replace ? "replaceState" : "pushState"](null, "", at(place));
  address.value = current();
  if (address.value.path !== before) scrollTo(0, 0); // not for a dialog, which is a query
}

/**
 * Return the values of a pattern's `:names` if the path matches it.
 * @param {string} pattern such as `/projects/:project`
 * @param {string} path
 * @returns {Record<string, string> | null}
 */
export function match(pattern, path) {
  const parts = pattern.split("/");
  const values = path.split("/");
  if (parts.length !== values.length) return null;
  /** @type {Record<string, string>} */
  const found = {};
  for (const [index, part] of parts.entries()) {
    const value = part.startsWith(":") ? decoded(values[index]) : null;
    if (value !== null) found[part.slice(1)] = value;
    else if (part !== values[index]) return null;
  }
  return found;
}

/** The value of an encoded one; null if it is malformed, as `%ZZ` is. @param {string} encoded */
function decoded(encoded) {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

/** Follow links within the page without loading it anew, so that screens use plain links. */
export function listenToLinks() {
  addEventListener("popstate", () => {
    address.value = current();
  });
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link && !event.defaultPrevented && isPlainClick(event) && leadsToScreen(link)) {
      event.preventDefault();
      navigate(below(link.pathname) + link.search);
    }
  });
}

function current() {
  const secret = location.hash.slice(1);
  const path = SECRET.test(secret) ? secret : below(location.pathname).replace(/\/+$/, "") || "/";
  return { path, query: new URLSearchParams(location.search) };
}

/** @param {MouseEvent} event */
function isPlainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** @param {HTMLAnchorElement} link */
function leadsToScreen(link) {
  const outside = link.target || link.hasAttribute("download") || link.origin !== location.origin;
  const path = below(link.pathname);
  const isOurs = at(path) === link.pathname; // not of another program on the same host
  return !outside && isOurs && !/^\/(api|console)\//.test(path) && !link.hash;
}
