/** The document's title, and the path of names in the header. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/**
 * @typedef {{label: string, href?: string}} Crumb
 * From the project to the current screen.
 * @type {import("@preact/signals").Signal<Crumb[]>}
 */
export const crumbs = signal([]);

/** Name the current screen. @param {Crumb[]} path */
export function useTitle(path) {
  useEffect(() => {
    crumbs.value = path.filter(({ label }) => label); // names may not be loaded yet
    document.title = [...path.map(({ label }) => label).reverse(), "Vidworks"].filter(Boolean).join(" · ");
  }, [JSON.stringify(path)]);
  useEffect(
    () => () => {
      crumbs.value = [];
    },
    [],
  );
}
