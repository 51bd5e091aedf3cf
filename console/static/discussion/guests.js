/**
 * The way of guests to what is said about the videos that a review link shows: they ask now and then.
 *
 * The link is in the page's address. A guest is known by a token, which this browser stores.
 */

import { signal } from "@preact/signals";
import { ApiError, get, post } from "../api.js";
import { Drafts } from "./drafts.js";
import { Discussion } from "./model.js";

/**
 * @typedef {import("./threads.js").Comment} Comment
 * @typedef {import("./threads.js").Decision} Decision
 * @typedef {{exportId: string, number: number, width: number, height: number, fps: number, frames: number, duration: number,
 *   createdAt: number, videoUrl: string, posterUrl: string, captionsUrl: string | null}} Version
 * @typedef {{name: string, version: Version | null, versions: Version[], newerExport: boolean, mayDownload: boolean,
 *   guest: {id: string, name: string} | null, decisions: Decision[]}} Shown
 * @typedef {"loading" | "password" | "shown" | "gone" | "failed"} Phase
 */

const PAUSE = 4000; // milliseconds between two questions for what is new
const ENDED = [404, 410];

export class Guest extends Discussion {
  /** @type {import("@preact/signals").Signal<Phase>} */
  phase = signal(/** @type {Phase} */ ("loading"));
  /** @type {import("@preact/signals").Signal<Shown | null>} */
  review = signal(/** @type {Shown | null} */ (null));
  #etag = /** @type {string | null} */ (null);
  /** The version that is shown, also when there is a newer one. */
  #version = "";
  #target = /** @type {Comment | null} */ (null);
  #asked = 0; // how often it was asked for the video
  #answered = 0; // which of these questions was the last to be answered

  /** @param {string} link the token in the address */
  constructor(link) {
    const path = `/api/review/${link}`;
    super({ comments: `${path}/comments`, decisions: `${path}/decision` }, new Drafts(link));
    this.path = path;
    this.key = `vidworks.guest.${link}`;
    this.token = localStorage.getItem(this.key);
  }

  /** Show a version, the newest one by default. Throws nothing: `phase` says what happened. */
  async load(exportId = "") {
    this.#version = exportId;
    try {
      await this.#readAll();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A version that the link shows. @param {string} id */
  versionOf(id) {
    return this.review.peek()?.versions.find(({ exportId }) => exportId === id);
  }

  /** Show the version that a comment is about, at its frame. @param {Comment} comment */
  async loadAt(comment) {
    this.#target = comment;
    await this.load(comment.exportId);
  }

  /** The comment that a version was loaded for, once. */
  takeTarget() {
    const target = this.#target;
    this.#target = null;
    return target;
  }

  /** Look for changes, now and then, for as long as the page is shown. */
  follow() {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && this.phase.peek() === "shown") this.#look();
    }, PAUSE);
    return () => clearInterval(timer);
  }

  /** Tell the name, and the password if there is one. Who is known stays the same guest. Throws ApiError. @param {string} name @param {string} [password] */
  async join(name, password) {
    const { data } = await post(`${this.path}/guest`, { name, ...(password === undefined ? {} : { password }) }, { headers: this.headers() });
    this.token = data.guestToken;
    localStorage.setItem(this.key, data.guestToken);
    await this.#readAll();
  }

  /** @returns {Record<string, string>} */
  headers() {
    return this.token ? { "X-Guest-Token": this.token } : {};
  }

  /** Read the video again, whose address may have expired. */
  async renew() {
    try {
      await this.#read();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The comments' ETag changes with decisions and versions, too. */
  async #look() {
    try {
      if (await this.readComments()) await this.#read();
    } catch (error) {
      if (error instanceof ApiError && (ENDED.includes(error.status) || error.status === 401)) this.#fail(error);
    }
  }

  async #readAll() {
    await this.#read();
    await this.readComments();
    this.phase.value = "shown";
  }

  /** An answer counts only if none to a later question has arrived before. */
  async #read() {
    const number = (this.#asked += 1);
    const { data } = await this.#readVersion();
    if (number < this.#answered) return;
    this.#answered = number;
    this.#version = data.version?.exportId ?? "";
    this.review.value = data;
    this.decisions.value = data.decisions;
  }

  /** Read the version that is shown; if it was deleted, the newest one. */
  async #readVersion() {
    try {
      return await get(this.#version ? `${this.path}?exportId=${this.#version}` : this.path, { headers: this.headers() });
    } catch (error) {
      if (!this.#version || !(error instanceof ApiError) || error.status !== 404) throw error;
      return get(this.path, { headers: this.headers() });
    }
  }

  /** Read the comments if they have changed; return whether they have. */
  async readComments() {
    const { status, data, etag } = await get(this.addresses.comments, { headers: this.headers(), ifNoneMatch: this.#etag ?? undefined });
    if (status === 304) return false;
    this.#etag = etag;
    this.comments.value = data.comments;
    return true;
  }

  readDecisions() {
    return this.#read();
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) this.phase.value = "password";
    else this.phase.value = ENDED.includes(error.status) ? "gone" : "failed";
  }
}
