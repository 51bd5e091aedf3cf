/** A hook for one upload at a time. It continues when the screen is left. */

import { useRef, useState } from "preact/hooks";
import { ApiError, upload } from "../api.js";

/**
 * @typedef {{name: string, fraction: number} | null} Running `fraction` is from 0 to 1
 * @typedef {object} Upload
 * @property {Running} running
 * @property {ApiError | null} error why the last one failed
 * @property {(method: string, path: string, body: File | FormData, name: string) => Promise<any>} start
 *   returns the answer, or null if it failed or was cancelled
 * @property {() => void} cancel
 * @property {() => void} forget the error
 */

/** @returns {Upload} */
export function useUpload() {
  const [running, setRunning] = useState(/** @type {Running} */ (null));
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  /** @type {{current: AbortController | null}} */
  const controller = useRef(null);
  const cancel = () => controller.current?.abort();

  /** @type {Upload["start"]} */
  const start = async (method, path, body, name) => {
    cancel();
    const { signal } = (controller.current = new AbortController());
    setError(null);
    setRunning({ name, fraction: 0 });
    const askFirst = (/** @type {Event} */ event) => event.preventDefault();
    addEventListener("beforeunload", askFirst);
    try {
      const onProgress = (/** @type {number} */ fraction) => setRunning({ name, fraction });
      return await upload(method, path, body, { onProgress, signal });
    } catch (failure) {
      if (failure instanceof ApiError) setError(failure);
      else if (!signal.aborted) throw failure;
      return null;
    } finally {
      removeEventListener("beforeunload", askFirst);
      if (controller.current?.signal === signal) setRunning(null);
    }
  };
  return { running, error, start, cancel, forget: () => setError(null) };
}
