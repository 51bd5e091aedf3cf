/**
 * Decoded sounds, ready to be started to the sample. Those that were not needed for longest are
 * forgotten, so that memory does not grow.
 *
 * @typedef {import("../timeline/heard.js").Heard} Heard
 */

import { at } from "../base.js";
import { heardAt } from "../timeline/heard.js";
import { NORMAL_SPEED } from "../timeline/placed-clips.js";

// Sound at another speed, as high as before (WSOLA): windows of it are laid over each other, each from
// near its place, where it fits best to what is there already. Exports do it alike (atempo).

const WINDOW = 0.03; // seconds
const SEARCH = 0.25; // of a window: how far from its place one may be
const COARSE = 8; // samples between the places that are compared first, and of each that are compared
const AT_ONCE = 50; // windows between pauses, in which the page reacts

/**
 * Return the part of channels that is heard at a speed, some time long.
 * @param {Float32Array[]} channels @param {number} rate  samples a second
 * @param {{at: number, speed: number, seconds: number}} part  from `at` seconds on
 * @returns {Promise<Float32Array<ArrayBuffer>[]>}
 */
async function stretched(channels, rate, { at, speed, seconds }) {
  const hop = Math.round((WINDOW * rate) / 2);
  const length = Math.round(seconds * rate);
  const results = channels.map(() => new Float32Array(length));
  const begin = Math.round(at * rate);
  let place = begin - hop;
  for (let number = 0, start = -hop; start < length; number += 1, start += hop) {
    const wanted = begin + Math.round(start * speed);
    place = number === 0 ? begin - hop : nearestFit(channels[0], wanted, place + hop, hop);
    channels.forEach((channel, index) => overlay(results[index], start, channel, place, hop));
    if (number % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setTimeout(resolve));
  }
  return results;
}

/**
 * Return the place near `wanted` from which samples go on most like those from `following` on.
 * @param {Float32Array} samples @param {number} wanted @param {number} following @param {number} hop
 */
function nearestFit(samples, wanted, following, hop) {
  const reach = Math.round(2 * hop * SEARCH);
  const coarse = bestOf(samples, wanted - reach, wanted + reach, COARSE, following, hop, wanted);
  return bestOf(samples, coarse - COARSE, coarse + COARSE, 1, following, hop, coarse);
}

/**
 * @param {Float32Array} samples @param {number} from @param {number} to @param {number} step
 * @param {number} following @param {number} hop @param {number} otherwise  if all is silent
 */
function bestOf(samples, from, to, step, following, hop, otherwise) {
  let best = otherwise;
  let highest = likeness(samples, otherwise, following, hop);
  for (let place = from; place <= to; place += step) {
    const found = likeness(samples, place, following, hop);
    if (found > highest) [best, highest] = [place, found];
  }
  return best;
}

/** @param {Float32Array} samples @param {number} place @param {number} following @param {number} hop */
function likeness(samples, place, following, hop) {
  let [sum, power] = [0, 1e-9];
  for (let index = 0; index < hop; index += COARSE) {
    const sample = samples[place + index] ?? 0;
    sum += sample * (samples[following + index] ?? 0);
    power += sample * sample;
  }
  return sum / Math.sqrt(power);
}

/**
 * Add a window, which gets louder over `hop` samples and then quieter.
 * @param {Float32Array} result @param {number} start @param {Float32Array} samples
 * @param {number} place @param {number} hop
 */
function overlay(result, start, samples, place, hop) {
  const last = Math.min(2 * hop, result.length - start);
  for (let index = Math.max(0, -start); index < last; index += 1) {
    const gain = 0.5 - 0.5 * Math.cos((Math.PI * index) / hop);
    result[start + index] += gain * (samples[place + index] ?? 0);
  }
}

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
