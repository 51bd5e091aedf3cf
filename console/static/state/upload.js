/** Uploading a file from a component: how far it is, what went wrong, and a way to cancel. */

import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, upload } from "../api.js";

/**
 * @typedef {{name: string, part: number} | null} Uploading `part` is from 0 to 1
 * @returns {{uploading: Uploading, error: ApiError | null, cancel: () => void,
 *   start: (method: string, path: string, file: File, body?: FormData) => Promise<any>}}
 *   `start` returns the answer's JSON, or null if the upload failed or was cancelled
 */
export function useUpload() {
  const [uploading, setUploading] = useState(/** @type {Uploading} */ (null));
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  /** @type {{current: AbortController | null}} */
  const controller = useRef(null);
  const cancel = () => controller.current?.abort();
  useEffect(() => cancel, []);

  const start = async (
    /** @type {string} */ method,
    /** @type {string} */ path,
    /** @type {File} */ file,
    /** @type {FormData | undefined} */ body = undefined,
  ) => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    const onProgress = (/** @type {number} */ part) => setUploading({ name: file.name, part });
    setError(null);
    onProgress(0);
    try {
      return await upload(method, path, body ?? file, { signal, onProgress });
    } catch (failure) {
      if (failure instanceof ApiError) setError(failure);
      else if (!signal.aborted) throw failure;
      return null;
    } finally {
      setUploading(null);
    }
  };
  return { uploading, error, cancel, start };
}
