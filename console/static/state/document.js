/**
 * A work, a project or a part of one that is edited: changes are saved by themselves, half a second after the last
 * one, and merged with what other clients change meanwhile.
 */

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ApiError, get, patch } from "../api.js";
import { onReachable } from "./connection.js";
import { on } from "./events.js";
import { oneAtATime } from "./load.js";
import { saveFirst, user } from "./session.js";
import { equal, merge, replaceAt, valueAt } from "./merge.js";
import { Written } from "./written.js";

const PAUSE = 500; // milliseconds
/** What a document can be, by the names of events. @type {import("./events.js").EventName[]} */
const KINDS = ["work", "project", "asset", "template"];

/**
 * @typedef {"saved" | "unsaved" | "saving" | "offline" | "failed" | "conflict"} SaveState
 * @typedef {import("./merge.js").Conflict} Conflict
 */

/** Those that a screen shows, and those that it left before everything was saved. */
/** @type {Set<Document>} */
const open = new Set();

export class Document {
  /** The content with all changes, saved or not. @type {import("@preact/signals").Signal<any>} */
  value;
  /** @type {import("@preact/signals").Signal<SaveState>} */
  state = signal(/** @type {SaveState} */ ("saved"));
  /** Why the last save failed. @type {import("@preact/signals").Signal<ApiError | null>} */
  error = signal(/** @type {ApiError | null} */ (null));
  /** What another client changed as well. @type {import("@preact/signals").Signal<Conflict[]>} */
  conflicts = signal(/** @type {Conflict[]} */ ([]));

  #readPath;
  /** @type {any} */
  #base;
  /** @type {string | null} */
  #etag;
  /** Changed fields that are not saved yet. @type {Record<string, any>} */
  #edits = {};
  /** Saves without an answer: they may have arrived. @type {Record<string, any>[]} */
  #unanswered = [];
  #written = new Written();
  #timer = 0;
  /** @type {Promise<void>} */
  #queue = Promise.resolve();
  /** @type {(() => void)[]} */
  #stops = [];
  #isShown = true;

  /**
   * @param {string} path in the API
   * @param {any} data
   * @param {string | null} etag
   * @param {string} [readPath] where it is read, if that is another path
   */
  constructor(path, data, etag, readPath = path) {
    this.path = path;
    this.#readPath = readPath;
    this.#base = data;
    this.#etag = etag;
    this.value = signal(data);
    this.#stops.push(onReachable(() => this.flush()));
    for (const name of KINDS) {
      this.#stops.push(on(name, (event) => this.#noteChange(event[`${name}Id`], event)));
    }
    this.#stops.push(on("reset", () => this.refresh()));
    open.add(this);
  }

  /**
   * Read a document, or return the one that was left with unsaved changes. Throws ApiError.
   * @param {string} path
   * @param {string} [readPath] where it is read, if that is another path
   */
  static async load(path, readPath = path) {
    const left = [...open].find((document) => document.path === path && !document.#isShown);
    if (left) {
      left.#isShown = true;
      await left.refresh();
      return left;
    }
    const { data, etag } = await get(readPath);
    return new Document(path, data, etag, readPath);
  }

  /** Whether something is not saved yet. */
  get isDirty() {
    return Object.keys(this.#edits).length > 0;
  }

  /** Change fields; they are saved soon. @param {Record<string, any>} fields */
  edit(fields) {
    Object.assign(this.#edits, fields);
    this.value.value = { ...this.value.value, ...fields };
    if (this.state.value !== "conflict") this.state.value = "unsaved";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), PAUSE);
  }

  /** Save now what is not saved yet, and wait for it. Failures are shown by `state`. */
  flush() {
    clearTimeout(this.#timer);
    return this.#enqueue(() => this.#save());
  }

  /** Do something after all that was begun before; a failure of one does not stop the next. @param {() => Promise<void>} action */
  #enqueue(action) {
    const done = this.#queue.then(action);
    this.#queue = done.catch(() => {});
    return done;
  }

  /** Read what other clients changed. Failures are left to the next time. */
  refresh() {
    return this.#enqueue(async () => {
      try {
        const answer = await get(this.#readPath, { ifNoneMatch: this.#etag });
        if (answer.status !== 304) this.#rebase(answer.data, answer.etag);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 404) this.#fail(error);
      }
    });
  }

  /** Accept a newer version that the service has answered with. @param {any} data @param {string | null} etag */
  accept(data, etag) {
    this.#rebase(data, etag);
  }

  /** Let the service change a value at the page's request: nobody is asked whether that is right. @param {string} path */
  expect(path) {
    this.#written.forget(path);
  }

  /**
   * Decide a conflict; the last decision saves.
   * @param {Conflict} conflict
   * @param {"mine" | "theirs"} choice
   */
  resolve(conflict, choice) {
    if (choice === "theirs") {
      const [field, ...rest] = conflict.path.split(".");
      this.#edits[field] = replaceAt(this.#edits[field], rest, conflict.theirs);
      this.value.value = { ...this.value.value, ...this.#edits };
    }
    this.#written.forget(conflict.path);
    this.conflicts.value = this.conflicts.value.filter((other) => other !== conflict);
    if (!this.conflicts.value.length) {
      this.state.value = "unsaved";
      this.flush();
    }
  }

  /** Save, and stop following changes once everything is saved. */
  async close() {
    this.#isShown = false;
    await this.flush();
    this.#forgetIfSaved();
  }

  /** Forget the document, with what is not saved. */
  discard() {
    clearTimeout(this.#timer);
    this.#edits = {};
    open.delete(this);
    for (const stop of this.#stops) stop();
  }

  #forgetIfSaved() {
    if (!this.#isShown && !this.isDirty) this.discard();
  }

  /** Save although the page is about to be closed: the browser finishes the request. */
  saveOnLeave() {
    if (this.isDirty && !this.conflicts.value.length) {
      this.#unanswered.push({ ...this.#edits });
      patch(this.path, this.#edits, { ifMatch: this.#etag, keepalive: true }).catch(() => {});
    }
  }

  async #save() {
    if (!this.isDirty || this.conflicts.value.length) return;
    const sent = { ...this.#edits };
    this.state.value = "saving";
    try {
      const { data, etag } = await patch(this.path, sent, { ifMatch: this.#etag });
      for (const [field, value] of Object.entries(sent)) {
        if (this.#edits[field] === value) delete this.#edits[field];
      }
      this.#noteWritten(sent);
      this.#unanswered = [];
      this.#base = data;
      this.#etag = etag;
      this.#show();
      this.error.value = null;
      this.#forgetIfSaved();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.offline) this.#unanswered.push(sent);
      await this.#handleFailure(error);
    }
  }

  /** @param {Record<string, any>} saved */
  #noteWritten(saved) {
    const before = Object.keys(saved).map((field) => [field, this.#base[field]]);
    this.#written.note(Object.fromEntries(before), saved);
  }

  /** Recognise saves of our own whose answer was lost. @param {any} theirs */
  #recognise(theirs) {
    for (const sent of this.#unanswered) {
      const arrived = Object.entries(sent).filter(([field, value]) => equal(value, theirs[field]));
      const saved = Object.fromEntries(arrived);
      this.#noteWritten(saved);
      this.#base = { ...this.#base, ...saved };
    }
  }

  /** @param {ApiError} error */
  async #handleFailure(error) {
    if (error.status === 412) {
      this.#rebase(error.details, error.etag);
      return this.#save();
    }
    this.#fail(error);
  }

  /** @param {ApiError} error */
  #fail(error) {
    this.error.value = error;
    this.state.value = error.offline ? "offline" : "failed";
  }

  /** Put the changes on top of another version. @param {any} theirs @param {string | null} etag */
  #rebase(theirs, etag) {
    this.#recognise(theirs);
    /** @type {Conflict[]} */
    const found = [];
    for (const [field, mine] of Object.entries(this.#edits)) {
      const merged = merge(this.#base[field], mine, theirs[field], field);
      found.push(...merged.conflicts);
      if (equal(merged.value, theirs[field])) delete this.#edits[field];
      else this.#edits[field] = merged.value;
    }
    found.push(...this.#keepUndone(theirs));
    this.#base = theirs;
    this.#etag = etag;
    this.conflicts.value = [...this.conflicts.value, ...found];
    this.#show();
  }

  /** Ask about what was saved here and is undone by another version. @param {any} theirs @returns {Conflict[]} */
  #keepUndone(theirs) {
    const asked = this.conflicts.value.map(({ path }) => path);
    const undone = this.#written.undoneBy(this.#base, theirs).filter(({ path, theirs: old }) => {
      const shown = valueAt({ ...theirs, ...this.#edits }, path);
      return equal(shown, old) && !asked.includes(path);
    });
    for (const { path, mine } of undone) {
      const [field, ...rest] = path.split(".");
      this.#edits[field] = replaceAt(this.#edits[field] ?? theirs[field], rest, mine);
    }
    return undone;
  }

  #show() {
    this.value.value = { ...this.#base, ...this.#edits };
    if (this.conflicts.value.length) this.state.value = "conflict";
    else this.state.value = this.isDirty ? "unsaved" : "saved";
  }

  /** @param {string} id @param {{updatedAt: number, deleted?: boolean}} event */
  #noteChange(id, { updatedAt, deleted }) {
    if (id === this.#base.id && (deleted || updatedAt > this.#base.updatedAt)) this.refresh();
  }
}

/** Whose documents these are. */
let owner = "";

/** Save what was left when the session was ended; of somebody else, nothing is saved or shown. */
user.subscribe((someone) => {
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
    const load = oneAtATime(async () => {
      if (document || closed) return;
      try {
        document = await Document.load(path, readPath);
        if (closed) document.close();
        else setLoaded({ document, error: null });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (!closed) setLoaded({ document: null, error });
      }
    });
    load();
    const stop = onReachable(load);
    return () => {
      closed = true;
      stop();
      document?.close();
    };
  }, [path]);
  return loaded;
}

addEventListener("pagehide", () => {
  for (const document of open) document.saveOnLeave();
});
addEventListener("beforeunload", (event) => {
  const unsafe = [...open].some((document) => document.isDirty && document.state.value !== "saving");
  if (unsafe) event.preventDefault();
});
