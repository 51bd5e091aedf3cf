/** Open documents: they are read for components, and saved when the page or the session ends. */

import { useEffect, useState } from "preact/hooks";
import { ApiError, get } from "../api.js";
import { onReachable } from "../state/connection.js";
import { oneAtATime } from "../state/load.js";
import { saveFirst, user } from "../state/session.js";
import { Document, openDocuments } from "./document.js";
import { follow } from "./follow.js";

const KEEPALIVE_BYTES = 60_000; // of all requests that outlive a page; browsers take 64 KB

/** The id of the user whose documents these are. */
let owner = "";

/** After a login, save what the same user left unsaved; discard what another user left. */
user.subscribe((someone) => {
  for (const document of someone ? [] : openDocuments) document.draft.keep();
  if (!someone) return;
  for (const document of openDocuments) {
    if (owner === someone.id) document.flush();
    else document.discard();
  }
  owner = someone.id;
});

saveFirst(async () => {
  await Promise.all([...openDocuments].map((document) => document.flush()));
  return ![...openDocuments].some((document) => document.isDirty);
});

/** @typedef {import("./pending-operations.js").PendingOperations} PendingOperations */

/**
 * Read a document, or return the one that was left with unsaved changes. Throws ApiError.
 * @param {string} path @param {string} readPath
 * @param {(data: any) => PendingOperations | null} operationsOn
 */
async function load(path, readPath, operationsOn) {
  const left = [...openDocuments].filter((each) => each instanceof Document).find((each) => each.path === path && each.isLeft);
  if (left) {
    left.isLeft = false;
    await left.refresh();
    return left;
  }
  // What others change meanwhile is announced before there is a document that follows it.
  let hasChanged = false;
  const known = { id: path.slice(path.lastIndexOf("/") + 1), updatedAt: 0 };
  const stops = follow(() => known, () => (hasChanged = true));
  try {
    const { data, etag } = await get(readPath);
    const document = new Document(path, data, etag, readPath, operationsOn(data));
    if (hasChanged) document.refresh();
    return document;
  } finally {
    for (const stop of stops) stop();
  }
}

/**
 * Read a document for a component, and close it with the component.
 * @param {string} path in the API
 * @param {string} [readPath] where it is read, if that is another path
 * @param {(data: any) => PendingOperations | null} [operationsOn] makes those on the timeline of a work
 * @returns {{document: Document | null, error: ApiError | null}}
 */
export function useDocument(path, readPath = path, operationsOn = () => null) {
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
        document = await load(path, readPath, operationsOn);
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
  for (const document of openDocuments) budget -= document.saveOnLeave(budget);
});
addEventListener("beforeunload", (event) => {
  for (const document of openDocuments) document.draft.keep();
  const unsafe = [...openDocuments].some((document) => document.isDirty && document.state.value !== "saving");
  if (unsafe) event.preventDefault();
});
