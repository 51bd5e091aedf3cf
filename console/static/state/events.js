/**
 * Events of the service while the page is open: one stream for all tabs of the browser.
 *
 * The tab that holds a lock reads `GET /api/events` and forwards each event to the others. When it is
 * closed, another tab gets the lock and continues the stream after the last event.
 */

import { ApiError, stream } from "../api.js";
import { onReachable } from "./connection.js";
import { isCurrent, user } from "./session.js";

// Server-sent events as they arrive through fetch, which can send a token (EventSource cannot).

/**
 * @typedef {{id: string, event: string, data: string}} ServerEvent
 */

/**
 * Yield the events of a stream until it ends. Comments, which keep the connection open, are left
 * out.
 * @param {ReadableStream<Uint8Array>} stream
 * @param {() => void} onData called when something arrives, comments as well
 * @returns {AsyncGenerator<ServerEvent>}
 */
async function* parseEvents(stream, onData) {
  const parser = new EventParser();
  const decoder = /** @type {ReadableWritablePair<string, any>} */ (new TextDecoderStream());
  const reader = stream.pipeThrough(decoder).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onData();
      yield* parser.push(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * Collects lines until an event is complete (WHATWG HTML, 9.2.6). An event without data is passed
 * on as well if it has a new id, since that is where a stream continues.
 */
class EventParser {
  #rest = "";
  #event = "";
  /** @type {string[]} */
  #data = [];
  #id = "";
  #lastId = "";

  /**
   * Take the next characters; return the events that they complete.
   * @param {string} text
   * @returns {ServerEvent[]}
   */
  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    const events = [];
    for (const line of lines) {
      const event = line ? this.#field(line) : this.#dispatch();
      if (event) events.push(event);
    }
    return events;
  }

  /** @param {string} line @returns {null} */
  #field(line) {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "id") this.#id = value;
    return null;
  }

  /** @returns {ServerEvent | null} */
  #dispatch() {
    const event = { id: this.#id, event: this.#event || "message", data: this.#data.join("\n") };
    const complete = this.#data.length > 0 || this.#id !== this.#lastId;
    this.#lastId = this.#id;
    this.#event = "";
    this.#data = [];
    return complete ? event : null;
  }
}

/**
 * @typedef {"job" | "work" | "project" | "asset" | "template" | "cast" | "review" | "presence" | "invitation" | "reset"} EventName
 *   `reset`: events may have been missed, so that what is shown has to be read again
 * @typedef {(data: any) => void} Listener
 */

const CHANNEL = "vidworks.events";
const LONGEST_PAUSE = 15; // seconds between two attempts
// The service sends a heartbeat each 15 s; after three without, the connection is dead.
const LONGEST_SILENCE = 45_000; // milliseconds

/** @type {Map<EventName, Set<Listener>>} */
const listeners = new Map();
/** @type {BroadcastChannel | null} */
let channel = null;
/** Ends with the session. @type {AbortController | null} */
let reading = null;
let lastId = "";

/**
 * Call a function for each event of this name.
 * @param {EventName} name
 * @param {Listener} listener
 * @returns {() => void} ends it
 */
export function on(name, listener) {
  const registered = listeners.get(name) ?? new Set();
  listeners.set(name, registered.add(listener));
  return () => registered.delete(listener);
}

user.subscribe((someone) => {
  reading?.abort();
  channel?.close();
  lastId = "";
  if (someone) start(someone.id);
});

/** @param {string} userId */
function start(userId) {
  reading = new AbortController();
  const { signal } = reading;
  if (!navigator.locks) {
    readForever(signal); // without TLS there are no locks: each tab reads for itself
    return;
  }
  const name = `${CHANNEL}.${userId}`;
  channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => deliver(data);
  // Released when the session ends; when the tab is closed, by the browser.
  navigator.locks.request(name, { signal }, () => readForever(signal)).catch((error) => {
    if (!signal.aborted) throw error;
  });
}

/** @param {AbortSignal} signal */
async function readForever(signal) {
  let pause = 0.5;
  const onEvent = () => {
    pause = 0.5;
  };
  while (!signal.aborted && isCurrent()) {
    try {
      await readOnce(signal, onEvent);
    } catch (error) {
      if (signal.aborted || (error instanceof ApiError && error.status === 401)) return;
      if (error instanceof ApiError) pause = Math.max(pause, error.retryAfter);
    }
    await waitOrReachable(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

/** @param {AbortSignal} signal @param {() => void} onEvent */
async function readOnce(signal, onEvent) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "text/event-stream" };
  if (lastId) headers["Last-Event-ID"] = lastId;
  const silence = watchForSilence();
  try {
    const body = await stream("/api/events", { headers, signal: AbortSignal.any([signal, silence.signal]) });
    if (!lastId) announceReset();
    for await (const { id, event, data } of parseEvents(body, silence.end)) {
      onEvent();
      const message = { id, event, data: data ? JSON.parse(data) : null };
      channel?.postMessage(message);
      deliver(message);
    }
  } finally {
    silence.stop();
  }
}

/** Abort when nothing has arrived for too long: a connection may be half open, without an error. */
function watchForSilence() {
  const controller = new AbortController();
  const start = () => setTimeout(() => controller.abort(), LONGEST_SILENCE);
  let timer = start();
  const stop = () => clearTimeout(timer);
  const end = () => {
    stop();
    timer = start();
  };
  return { signal: controller.signal, end, stop };
}

/** Announce that events may have been missed, such as those before the first one. */
export function announceReset() {
  const message = { id: "", event: "reset", data: null };
  channel?.postMessage(message);
  deliver(message);
}

/** @param {{id: string, event: string, data: any}} message */
function deliver({ id, event, data }) {
  lastId = id || lastId;
  for (const listener of listeners.get(/** @type {EventName} */ (event)) ?? []) listener(data);
}

/** @param {number} seconds */
function waitOrReachable(seconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, seconds * 1000);
    const stop = onReachable(done);
    function done() {
      clearTimeout(timer);
      stop();
      resolve(undefined);
    }
  });
}
