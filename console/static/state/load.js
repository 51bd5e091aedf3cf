/** Reading something for a component, again after it could not be reached. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { onReachable } from "./connection.js";

/**
 * Return a function that does something, one call after the other: the calls that come while one
 * runs are one more, after it.
 * @param {() => Promise<void>} action
 * @returns {() => Promise<void>}
 */
function oneAtATime(action) {
  /** @type {Promise<void> | null} */
  let running = null;
  /** @type {Promise<void> | null} */
  let next = null;
  const run = () => {
    running = action().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (!running && !next) return run();
    next ??= Promise.allSettled([running]).then(() => {
      next = null;
      return run();
    });
    return next;
  };
}

/**
 * Call `read` when the component appears, when `dependencies` change, and to `reload`.
 * @template T
 * @param {() => Promise<T>} read
 * @param {any[]} dependencies
 * @returns {{data: T | null, error: ApiError | null, reload: () => Promise<void>}}
 */
export function useLoad(read, dependencies) {
  const [data, setData] = useState(/** @type {T | null} */ (null));
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const reload = useMemo(
    () =>
      oneAtATime(async () => {
        try {
          setData(await read());
          setError(null);
        } catch (failure) {
          if (!(failure instanceof ApiError)) throw failure;
          setError(failure);
        }
      }),
    dependencies,
  );
  useEffect(() => {
    reload();
    return onReachable(reload);
  }, [reload]);
  return { data, error, reload };
}
