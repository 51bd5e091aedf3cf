/** Server-sent events as they arrive through fetch, which can send a token (EventSource cannot). */

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
export async function* parseEvents(stream, onData) {
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
