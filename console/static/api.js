/**
 * Requests to the service; no other module sends any.
 *
 * Only this module's memory holds the access token. When it has expired, `POST /api/auth/session`
 * exchanges the session's cookie for a new one, and the request is repeated.
 */

import { at } from "./base.js";
import { fieldsIn, loadWords, mayPass, wordsFor } from "./errors.js";
import { isAnswer, recordFailure, recordResponse } from "./state/connection.js";

/**
 * The ETag of an answer. A proxy that compresses makes it weak, which If-Match does not allow.
 * @param {Headers} [headers]
 */
const etagOf = (headers) => headers?.get("ETag")?.replace(/^W\//, "") ?? null;

const NAMED = /^Scene \d/; // messages that say themselves what they are about

/** An error response, or no response at all (status 0). `message` is the service's. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {any} body `{error, code?, details?}`
   * @param {Headers} [headers]
   */
  constructor(status, body, headers) {
    super(body?.error || `HTTP ${status}`);
    this.status = status;
    this.code = body?.code;
    this.details = body?.details;
    this.words = wordsFor(status, body);
    this.etag = etagOf(headers);
    /** Seconds to wait before another attempt. */
    this.retryAfter = Number(headers?.get("Retry-After")) || 0;
  }

  /** Whether the service was not reached. */
  get offline() {
    return this.status === 0;
  }

  /** The messages of invalid fields, by their paths. @returns {Record<string, string>} */
  get fields() {
    const validation = this.status === 400 && this.details && typeof this.details === "object";
    return validation ? fieldsIn(this.details) : {};
  }

  /** Whether it helps to try again. */
  get mayPass() {
    return mayPass(this);
  }

  /** What to show: the message, and the details if they are a sentence. */
  get text() {
    if (this.words) return this.words;
    if (typeof this.details === "string") return `${this.message}. ${this.details}`;
    const messages = Object.entries(this.fields).map(([path, text]) => (NAMED.test(text) ? text : `${path}: ${text}`));
    return messages.length ? messages.join(" ") : this.message;
  }
}

/**
 * @typedef {{status: number, data: any, etag: string | null, headers: Headers}} Answer
 * @typedef {object} Options
 * @property {any} [body] sent as JSON
 * @property {string | null} [ifMatch] the ETag that the resource must still have
 * @property {string | null} [ifNoneMatch] the ETag of the known version: then 304 has no `data`
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {boolean} [keepalive] lets the request finish if the page is left
 * @typedef {object} UploadOptions
 * @property {(fraction: number) => void} [onProgress] gets a number from 0 to 1
 * @property {AbortSignal} [signal]
 */

const TOO_LARGE = 413; // the only response of a proxy that need not be repeated

let accessToken = "";
let owner = ""; // the id of the token's user
/** @type {Promise<any> | null} */
let renewal = null;
/** @type {() => void} */
let onLoss = () => {};

/** @param {string} token of the session, or empty when it has ended @param {string} [userId] */
export function setAccessToken(token, userId = "") {
  accessToken = token;
  owner = userId;
}

/** @param {() => void} listener called when the session has ended */
export function onSessionLoss(listener) {
  onLoss = listener;
}

/**
 * Send a request to the API. Throws ApiError, and AbortError when it is aborted. A response that
 * arrives after the session has ended is ignored, since the next session may be another user's.
 * @param {string} method
 * @param {string} path such as `/api/projects`
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 */
export async function request(method, path, options = {}) {
  const sender = owner;
  const response = await send(method, path, options);
  const data = await read(response, options.signal);
  if (sender && sender !== owner) throw new ApiError(0, { error: "The session has ended" });
  if (!response.ok && response.status !== 304) {
    throw new ApiError(response.status, data, response.headers);
  }
  const { status, headers } = response;
  return { status, data, etag: etagOf(headers), headers };
}

/** @param {string} path @param {Options} [options] */
export const get = (path, options) => request("GET", path, options);
/** Get the bytes of a media file. Throws ApiError. @param {string} path */
export async function getBytes(path) {
  const response = await send("GET", path, {});
  if (!response.ok) throw new ApiError(response.status, await read(response), response.headers);
  return response.arrayBuffer();
}
/** @param {string} path @param {any} [body] @param {Options} [options] */
export const post = (path, body, options) => request("POST", path, { ...options, body });
/**
 * Post what is answered with a file. Throws ApiError.
 * @param {string} path @param {any} body @param {Options} options
 */
export async function postForBlob(path, body, options) {
  const response = await send("POST", path, { ...options, body });
  if (!response.ok) throw new ApiError(response.status, await read(response), response.headers);
  return response.blob();
}
/** @param {string} path @param {any} body @param {Options} [options] */
export const put = (path, body, options) => request("PUT", path, { ...options, body });
/** @param {string} path @param {any} body @param {Options} [options] */
export const patch = (path, body, options) => request("PATCH", path, { ...options, body });
/** @param {string} path @param {Options} [options] */
export const del = (path, options) => request("DELETE", path, options);

/**
 * Get a stream of server-sent events. Throws as `request`.
 * @param {string} path
 * @param {Options} options
 * @returns {Promise<ReadableStream<Uint8Array>>}
 */
export async function stream(path, options) {
  const response = await send("GET", path, options);
  const isStream = response.headers.get("Content-Type")?.startsWith("text/event-stream");
  if (!response.ok || !response.body || !isStream) {
    throw new ApiError(response.status, await read(response, options.signal), response.headers);
  }
  recordResponse();
  return response.body;
}

/**
 * Upload a file, raw or as a form. Throws as `request`.
 * @param {string} method
 * @param {string} path
 * @param {File | Blob | FormData} body
 * @param {UploadOptions} [options]
 * @returns {Promise<any>} the answer's JSON
 */
export async function upload(method, path, body, options = {}) {
  try {
    return await uploadOnce(method, path, body, options);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    await renewSession();
    return uploadOnce(method, path, body, options);
  }
}

/**
 * Whether a file can be fetched as elements of the page fetch it: with the cookie alone. Renews the
 * session if that is refused.
 * @param {string} url
 */
export async function isServed(url) {
  try {
    const response = await fetch(at(url), { method: "HEAD", cache: "no-store" });
    if (!isAnswer(response)) throw new TypeError("Not the service");
    if (response.status === 401) await renewOrLose();
    return response.ok;
  } catch (error) {
    if (!(error instanceof ApiError)) recordFailure();
    return false;
  }
}

/**
 * Get a new access token with the session's cookie; several callers share one request. Throws
 * ApiError: 401 if there is no session, or another user has logged in in another tab.
 * @returns {Promise<any>} `{user, accessToken}`
 */
export function renewSession() {
  renewal ??= request("POST", "/api/auth/session")
    .then(({ data }) => {
      if (owner && owner !== data.user.id) throw new ApiError(401, { error: "Another user" });
      setAccessToken(data.accessToken, data.user.id);
      return data;
    })
    .finally(() => {
      renewal = null;
    });
  return renewal;
}

/**
 * Get another session, as by a login after a new password has ended this one: requests that are
 * refused meanwhile wait for it, as for a renewed one.
 * @param {() => Promise<any>} replace
 */
export async function replaceSession(replace) {
  while (renewal) await renewal.catch(() => {});
  renewal = replace().finally(() => {
    renewal = null;
  });
  await renewal;
}

/** @param {string} method @param {string} path @param {Options} options */
async function send(method, path, options) {
  const response = await fetchOnce(method, path, options);
  if (response.status !== 401 || path.startsWith("/api/auth/") || !accessToken) return response;
  await renewOrLose();
  return fetchOnce(method, path, options);
}

/** Renew the session, or report that it has ended. Throws as `renewSession`. */
async function renewOrLose() {
  try {
    await renewSession();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) onLoss();
    throw error;
  }
}

/** @param {string} method @param {string} path @param {Options} options */
async function fetchOnce(method, path, { body, ifMatch, ifNoneMatch, headers, signal, keepalive }) {
  /** @type {Record<string, string>} */
  const fields = { ...headers };
  if (accessToken && path !== "/api/auth/session") fields.Authorization = `Bearer ${accessToken}`;
  if (body !== undefined) fields["Content-Type"] = "application/json";
  if (ifMatch) fields["If-Match"] = ifMatch;
  if (ifNoneMatch) fields["If-None-Match"] = ifNoneMatch;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const init = { method, body: sent, headers: fields, signal, keepalive };
  try {
    const response = await fetch(at(path), { ...init, cache: "no-store" });
    if (!isAnswer(response) && response.status !== TOO_LARGE) throw new TypeError("Not the service");
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
}

/**
 * Read the JSON of a response; null if it has no body. A response that breaks off, or does not come
 * from the service, counts as none.
 * @param {Response} response @param {AbortSignal} [signal]
 */
async function read(response, signal) {
  const { status } = response;
  const hasBody = status !== 204 && status !== 304 && (status !== TOO_LARGE || isAnswer(response));
  try {
    const data = hasBody ? await response.json() : null;
    if (hasBody && !isObject(data)) throw new TypeError("Not the service");
    recordResponse();
    if (status >= 400) await loadWords();
    return data;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
}

/** Record that the service has not responded; return the error to throw. */
function unreachable() {
  recordFailure();
  return new ApiError(0, { error: "The service cannot be reached" });
}

/** @param {any} data */
const isObject = (data) => typeof data === "object" && data !== null;

/**
 * @param {string} method
 * @param {string} path
 * @param {File | Blob | FormData} body
 * @param {UploadOptions} options
 */
function uploadOnce(method, path, body, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    // fetch cannot report the progress of an upload
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    xhr.open(method, at(path));
    xhr.setRequestHeader("Authorization", `Bearer ${accessToken}`);
    xhr.upload.onprogress = (event) => onProgress?.(event.loaded / (event.total || 1));
    xhr.onabort = () => reject(new DOMException("The upload was cancelled", "AbortError"));
    xhr.onerror = () => reject(unreachable());
    xhr.onload = async () => {
      if (xhr.status >= 400) await loadWords();
      const data = parseJson(xhr.responseText);
      if (xhr.status === TOO_LARGE) reject(new ApiError(xhr.status, data));
      else if (!xhr.getResponseHeader("X-Request-Id") || !isObject(data)) reject(unreachable());
      else if (xhr.status < 300) resolve(data);
      else reject(new ApiError(xhr.status, data));
    };
    xhr.onloadend = () => signal?.removeEventListener("abort", abort);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    xhr.send(body);
  });
}

/** @param {string} text */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
