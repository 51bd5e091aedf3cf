/** All documents that are open: read for a component, and saved when the page or the session ends. */

import { useEffect, useState } from "preact/hooks";
import { ApiError, get } from "../api.js";
import { onReachable } from "../state/connection.js";
import { Document, open } from "./document.js";
import { oneAtATime } from "../state/load.js";
import { saveFirst, user } from "../state/session.js";

const KEEPALIVE_BYTES = 60_000; // of all requests that outlive a page; browsers take 64 KB

/** Whose documents these are. */
let owner = "";

/** Save what was left when the session was ended; of somebody else, nothing is saved or shown. */
user.subscribe((someone) => {
  for (const document of someone ? [] : open) document.draft.keep();
  if (!someone) return;
  for (const document of open) {
    if (owner === someone.id) document.flush();
    else document.discard();
  }
  owner = someone.id;
});

saveFirst(async () => {
  await Promise.all([...open].map((document) => document.flush()));
  return ![...open].some((document) => document.isDirty);
});

/**
 * Read a document, or return the one that was left with unsaved changes. Throws ApiError.
 * @param {string} path @param {string} readPath
 */
async function load(path, readPath) {
  const left = [...open].find((document) => document.path === path && document.isLeft);
  if (left) {
    left.isLeft = false;
    await left.refresh();
    return left;
  }
  const { data, etag } = await get(readPath);
  return new Document(path, data, etag, readPath);
}

/**
 * Read a document for a component, and close it with the component.
 * @param {string} path in the API
 * @param {string} [readPath] where it is read, if that is another path
 * @returns {{document: Document | null, error: ApiError | null}}
 */
export function useDocument(path, readPath = path) {
  const [loaded, setLoaded] = useState(
    /** @type {{document: Document | null, error: ApiError | null}} */ ({ document: null, error: null }),
  );
  useEffect(() => {
    /** @type {Document | null} */
    let document = null;
    let closed = false;
    setLoaded({ document: null, error: null });
    const begin = oneAtATime(async () => {
      if (document || closed) return;
      try {
        document = await load(path, readPath);
        if (closed) document.close();
        else setLoaded({ document, error: null });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (!closed) setLoaded({ document: null, error });
      }
    });
    begin();
    const stop = onReachable(begin);
    return () => {
      closed = true;
      stop();
      document?.close();
    };
  }, [path]);
  return loaded;
}

addEventListener("pagehide", () => {
  let budget = KEEPALIVE_BYTES;
  for (const document of open) budget -= document.saveOnLeave(budget);
});
addEventListener("beforeunload", (event) => {
  for (const document of open) document.draft.keep();
  const unsafe = [...open].some((document) => document.isDirty && document.state.value !== "saving");
  if (unsafe) event.preventDefault();
});
