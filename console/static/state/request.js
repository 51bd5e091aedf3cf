/** A hook for a request that a button sends: whether it runs, and why it failed. */

import { useRef, useState } from "preact/hooks";
import { ApiError } from "../api.js";

/** `again` repeats the last one; undefined after an error that another attempt cannot help. */
export function useRequest() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  /** @type {{current: () => Promise<any>}} */
  const last = useRef(async () => {});
  const run = async (/** @type {() => Promise<any>} */ action) => {
    last.current = action;
    setBusy(true);
    setError(null);
    try {
      await action();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const again = error && !error.mayPass ? undefined : () => run(last.current);
  return { busy, error, run, again, forget: () => setError(null) };
}
