/**
 * Decoded sounds, ready to be started to the sample. Those that were not needed for longest are
 * forgotten, so that memory does not grow.
 *
 * @typedef {import("../timeline/heard.js").Heard} Heard
 */

import { at } from "../base.js";
import { heardAt } from "../timeline/heard.js";
import { NORMAL_SPEED } from "../timeline/time-map.js";
import { stretched } from "./stretch.js";

const RATE = 48_000; // of exports
const SHORT = 30; // seconds: longer sounds are played by elements
const MOST_SECONDS = 180; // of all that is kept, some 70 MB
const FILES = 2; // whole ones that are kept
const LARGEST_FILE = 50_000_000; // bytes

/** @typedef {{buffer: AudioBuffer|null, failed: boolean, seconds: number}} Entry */

export class Buffers {
  /** In the order in which they were needed. @type {Map<string, Entry>} */
  #entries = new Map();
  /** Of the last files, since several clips may show parts of one. @type {Map<string, Promise<AudioBuffer>>} */
  #files = new Map();

  /** Whether a sound can be played from a buffer. @param {Heard} heard */
  suits(heard) {
    const isShort = heard.seconds !== undefined && heard.seconds <= SHORT && heard.url !== "";
    return isShort && !this.#entries.get(keyOf(heard))?.failed;
  }

  /** Return the buffer of a sound, from its start on; null while it is not there. @param {Heard} heard */
  find(heard) {
    const key = keyOf(heard);
    const entry = this.#entries.get(key);
    if (!entry) {
      this.#load(key, heard);
      return null;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.buffer;
  }

  /** @param {string} key @param {Heard} heard */
  async #load(key, heard) {
    const entry = { buffer: null, failed: false, seconds: heard.end - heard.start };
    this.#entries.set(key, entry);
    this.#forgetOldest();
    try {
      Object.assign(entry, { buffer: await cut(await this.#file(heard.url), heard) });
    } catch {
      entry.failed = true;
    }
  }

  /** @param {string} url */
  #file(url) {
    const file = this.#files.get(url) ?? decoded(url);
    this.#files.delete(url);
    this.#files.set(url, file);
    const [oldest] = this.#files.keys();
    if (this.#files.size > FILES) this.#files.delete(oldest);
    return file;
  }

  #forgetOldest() {
    let seconds = [...this.#entries.values()].reduce((sum, each) => sum + each.seconds, 0);
    for (const [key, entry] of this.#entries) {
      if (seconds <= MOST_SECONDS || this.#entries.size === 1) return;
      this.#entries.delete(key);
      seconds -= entry.seconds;
    }
  }
}

/** @param {Heard} heard */
function keyOf({ url, at, speed, start, end }) {
  return [url, at, speed, (end - start).toFixed(6)].join(" ");
}

/**
 * Return the sound of a file.
 * @param {string} url
 * @returns {Promise<AudioBuffer>}
 */
export async function decoded(url) {
  const response = await fetch(at(url));
  if (!response.ok || Number(response.headers.get("content-length")) > LARGEST_FILE) throw new Error("no sound");
  const decoder = new OfflineAudioContext(2, 1, RATE);
  return decoder.decodeAudioData(await response.arrayBuffer());
}

/**
 * Return the part of a sound that is heard, at its speed, from its start to its end.
 * @param {AudioBuffer} whole @param {Heard} heard
 */
export async function cut(whole, heard) {
  const { at, speed, start, end } = heard;
  const seconds = Math.min(end - start, Math.max((whole.duration - at) / speed, 0));
  const length = Math.max(1, Math.round(seconds * whole.sampleRate));
  const part = new AudioBuffer({ numberOfChannels: whole.numberOfChannels, length, sampleRate: whole.sampleRate });
  const channels = Array.from({ length: whole.numberOfChannels }, (_, index) => whole.getChannelData(index));
  if (speed === NORMAL_SPEED) {
    const first = Math.round(heardAt(heard, start) * whole.sampleRate);
    channels.forEach((channel, index) => part.copyToChannel(channel.subarray(first, first + length), index));
    return part;
  }
  const results = await stretched(channels, whole.sampleRate, { at, speed, seconds });
  results.forEach((channel, index) => part.copyToChannel(channel.subarray(0, length), index));
  return part;
}
