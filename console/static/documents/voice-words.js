/**
 * Corrections of the words of a work's voices, which are saved beside the work itself: soon after the last
 * one, again if the service was not reached, and while the page is being closed.
 */

import { signal } from "@preact/signals";
import { ApiError, put } from "../api.js";
import { onReachable } from "../state/connection.js";
import { toastError } from "../state/toasts.js";
import { openDocuments } from "./document.js";
import { sizeOf } from "./parts.js";
import { SaveQueue } from "./save-queue.js";

/**
 * @typedef {import("./document.js").Document} Document
 * @typedef {{words: import("../timeline/spoken-words.js").Word[], text?: string, textHash?: string}} Body
 */

/** @type {WeakMap<Document, VoiceWords>} */
const known = new WeakMap();

/** The corrections of a work's voices. @param {Document} work */
export function voiceWordsOf(work) {
  const words = known.get(work) ?? new VoiceWords(work);
  known.set(work, words);
  return words;
}

export class VoiceWords {
  /** How often the service has refused corrections: what it has is to be read again. */
  refused = signal(0);
  state = signal(/** @type {import("./document.js").SaveState} */ ("saved"));
  /** Why saving is postponed. */
  error = signal(/** @type {ApiError | null} */ (null));
  draft = { keep() {} }; // it is saved with the page, or not at all
  /** Bodies by scenes, with the voice that they belong to. @type {Map<number, {body: Body, voice: string}>} */
  #pending = new Map();
  #saves = new SaveQueue(() => this.#send());
  #work;
  #stop = () => {};

  /** @param {Document} work */
  constructor(work) {
    this.#work = work;
  }

  get isDirty() {
    return this.#pending.size > 0;
  }

  /** Save the words of a scene's voice soon. @param {number} scene @param {Body} body */
  correct(scene, body) {
    if (!this.isDirty) this.#begin();
    this.#pending.set(scene, { body, voice: this.#voiceOf(scene) });
    this.state.value = "unsaved";
    this.#saves.soon();
  }

  /** Save all corrections now, and wait for that. */
  flush() {
    return this.#saves.now();
  }

  /** Save also what was postponed. */
  retry() {
    this.#saves.retry.end();
    return this.flush();
  }

  /** What voices say, with corrections that are not saved yet. @template {{sceneIndex: number}} T @param {T[]} narration @returns {T[]} */
  over(narration) {
    return narration.map((each) => {
      const body = this.#pending.get(each.sceneIndex)?.body;
      return body ? { ...each, spokenText: body.text ?? null, words: body.words } : each;
    });
  }

  /** Forget what is not saved. */
  discard() {
    this.#pending.clear();
    this.#end();
  }

  /** Save while the page is being closed. @param {number} budget in bytes @returns {number} how many were used */
  saveOnLeave(budget) {
    let left = budget;
    for (const [scene, { body }] of this.#pending) {
      const size = sizeOf(body);
      if (size > left) continue;
      left -= size;
      put(this.#pathOf(scene), body, { keepalive: true }).catch(() => {});
    }
    return budget - left;
  }

  #begin() {
    openDocuments.add(this);
    this.#stop = onReachable(() => this.#saves.inTime());
  }

  #end() {
    this.#saves.stop();
    this.#stop();
    openDocuments.delete(this);
    this.state.value = "saved";
  }

  async #send() {
    for (const [scene, pending] of [...this.#pending]) {
      this.state.value = "saving";
      if (!(await this.#sendOne(scene, pending))) return;
      if (this.#pending.get(scene) === pending) this.#pending.delete(scene);
    }
    if (this.isDirty) this.state.value = "unsaved"; // what was typed meanwhile is saved soon
    else this.#end();
  }

  /**
   * @param {number} scene @param {{body: Body, voice: string}} pending
   * @returns {Promise<boolean>} whether it is done with: saved, refused, or of a voice that was replaced
   */
  async #sendOne(scene, { body, voice }) {
    if (voice !== this.#voiceOf(scene)) return true;
    try {
      await put(this.#pathOf(scene), body);
      this.#saves.retry.end();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const isPostponed = this.#saves.retry.plan(error);
      if (isPostponed || error.offline || error.status === 401) {
        this.error.value = error;
        this.state.value = isPostponed ? "postponed" : "offline";
        return false;
      }
      toastError(error);
      this.refused.value += 1;
    }
    return true;
  }

  /** Return a text that is another one for another voice of a scene. @param {number} scene */
  #voiceOf(scene) {
    const made = this.#work.value.peek().generatedScenes.find((/** @type {any} */ { sceneIndex }) => sceneIndex === scene);
    return JSON.stringify([made?.voiceDuration, made?.voiceGain, made?.voiceTextHash]);
  }

  /** @param {number} scene */
  #pathOf(scene) {
    return `${this.#work.path}/media/scene/${scene}/voice/words`;
  }
}
