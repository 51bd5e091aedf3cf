/**
 * The sound of the decks and of the music, mixed as in exports: volumes above 1, equal-power fades,
 * and a limiter. Its context is made by the first `start`, since browsers require a key or click first.
 *
 * @typedef {import("../timeline/model.js").Model} Model
 * @typedef {import("../timeline/heard.js").Heard} Heard
 */

import { gainAt } from "../timeline/envelope.js";
import { heardAt } from "../timeline/heard.js";

const DRIFT = 0.15; // seconds that music may be off
const SMOOTHING = 0.01; // seconds in which a volume changes
const ENDING = 0.05; // seconds in which a sound ends, or it would end with a click
const LIMIT = { threshold: -1, knee: 0, ratio: 20, attack: 0.001, release: 0.05 };

export class Sound {
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {GainNode|null} */
  #output = null;
  /** @type {Map<HTMLMediaElement, GainNode>} */
  #gains = new Map();
  /** @type {Map<number, HTMLAudioElement>} by the index of what is heard */
  #music = new Map();
  /** @type {Heard[]} */
  #heard = [];
  #volume = 1;

  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
  }

  /** The volume of everything, 0 to 1. */
  get volume() {
    return this.#volume;
  }

  set volume(volume) {
    this.#volume = volume;
    if (this.#output) this.#output.gain.value = volume;
  }

  /** @param {Model} model */
  load(model) {
    const isSame = (/** @type {number} */ index) =>
      model.heard[index]?.url === this.#heard[index]?.url;
    for (const index of [...this.#music.keys()].filter((each) => !isSame(each))) this.#drop(index);
    this.#heard = model.heard;
  }

  /** Start the sound. */
  start() {
    if (!this.#context) {
      this.#context = new AudioContext();
      const limiter = new DynamicsCompressorNode(this.#context, LIMIT);
      this.#output = new GainNode(this.#context, { gain: this.#volume });
      this.#output.connect(limiter).connect(this.#context.destination);
      for (const deck of this.stage.decks) this.#connect(deck.video);
    }
    this.#context.resume().catch(() => {});
  }

  /**
   * Play the sounds of a time.
   * @param {number} time
   * @param {number} speed  0 while it stands still
   */
  play(time, speed) {
    const silent = { volume: 0, left: Infinity };
    const volumes = new Map(this.stage.decks.map((deck) => [/** @type {HTMLMediaElement} */ (deck.video), silent]));
    const playing = new Set();
    this.#heard.forEach((heard, index) => {
      if (time < heard.start || time >= heard.end) return;
      const [volume, left] = [gainAt(heard, time), heard.end - time];
      if (heard.clip !== undefined) volumes.set(this.stage.deckOf(heard.clip).video, { volume, left });
      if (heard.clip !== undefined || speed <= 0) return;
      const audio = this.#musicOf(index);
      volumes.set(audio, { volume, left });
      playing.add(audio);
      follow(audio, heardAt(heard, time), speed);
    });
    for (const audio of this.#music.values()) if (!playing.has(audio)) audio.pause();
    if (!this.#context) return;
    for (const [media, { volume, left }] of volumes) {
      this.#setVolume(media, volume, speed > 0 ? left / speed : Infinity);
    }
  }

  pause() {
    for (const audio of this.#music.values()) audio.pause();
  }

  destroy() {
    for (const index of [...this.#music.keys()]) this.#drop(index);
    this.#context?.close();
    this.#context = null;
  }

  /** @param {number} index */
  #musicOf(index) {
    const known = this.#music.get(index);
    if (known) return known;
    const audio = new Audio(this.#heard[index].url);
    this.#music.set(index, audio);
    if (this.#context) this.#connect(audio);
    return audio;
  }

  /** @param {number} index */
  #drop(index) {
    const audio = this.#music.get(index);
    if (!audio) return;
    audio.pause();
    audio.removeAttribute("src");
    this.#gains.get(audio)?.disconnect();
    this.#gains.delete(audio);
    this.#music.delete(index);
  }

  /** @param {HTMLMediaElement} media */
  #connect(media) {
    const context = /** @type {AudioContext} */ (this.#context);
    const gain = new GainNode(context, { gain: 0 });
    new MediaElementAudioSourceNode(context, { mediaElement: media }).connect(gain);
    gain.connect(/** @type {GainNode} */ (this.#output));
    this.#gains.set(media, gain);
  }

  /**
   * Change a volume; that of a sound which is about to end, to silence.
   * @param {HTMLMediaElement} media @param {number} volume
   * @param {number} left  seconds until the sound ends
   */
  #setVolume(media, volume, left) {
    const now = /** @type {AudioContext} */ (this.#context).currentTime;
    const isEnding = left < ENDING;
    const smoothing = isEnding ? Math.min(SMOOTHING, left / 5) : SMOOTHING;
    this.#gains.get(media)?.gain.setTargetAtTime(isEnding ? 0 : volume, now, smoothing);
  }
}

/**
 * Let music play at a time of it.
 * @param {HTMLAudioElement} audio
 * @param {number} at
 * @param {number} speed
 */
function follow(audio, at, speed) {
  if (audio.error || audio.ended || audio.readyState < HTMLMediaElement.HAVE_METADATA) return;
  if (at >= audio.duration) {
    audio.pause();
    return;
  }
  if (audio.playbackRate !== speed) audio.playbackRate = speed;
  if (!audio.seeking && Math.abs(audio.currentTime - at) > DRIFT * speed) audio.currentTime = at;
  if (audio.paused) audio.play().catch(() => {});
}
