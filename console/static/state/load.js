/** Reading something for a component, again after it could not be reached. */

import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { onReachable } from "./connection.js";

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
  const reload = useCallback(async () => {
    try {
      setData(await read());
      setError(null);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
  }, dependencies);
  useEffect(() => {
    reload();
    return onReachable(reload);
  }, [reload]);
  return { data, error, reload };
}
