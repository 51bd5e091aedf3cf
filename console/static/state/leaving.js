/** A hook that has the browser ask before the page is left, since something is not stored yet. */

import { useEffect } from "preact/hooks";

/** @param {boolean} isNeeded */
export function useQuestionOnLeave(isNeeded) {
  useEffect(() => {
    if (!isNeeded) return undefined;
    const ask = (/** @type {Event} */ event) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isNeeded]);
}
