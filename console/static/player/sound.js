/**
 * Plays what is heard of a timeline. Short sounds are buffers, started to the sample ahead of their time;
 * long ones, and all at other speeds of the player, are elements that follow. Its context is made by the
 * first `start`, since browsers require a key or click first.
 *
 * @typedef {import("../timeline/model.js").Model} Model
 * @typedef {import("../timeline/heard.js").Heard} Heard
 * @typedef {{stop: (when: number) => void, follow?: (time: number) => void, heard: Heard}} Voice
 */

import { mixer } from "../mixer.js";
import { Buffers } from "./buffers.js";
import { Clock } from "./clock.js";
import { ElementVoice, Elements } from "./element-voices.js";
import { duckedBus, playBuffer } from "./graph.js";

const AHEAD = 1; // seconds in which sounds are started before they are heard
const PREPARED = 8; // seconds in which their files are fetched before
const PAUSE = 300; // milliseconds for which nothing may change before files are fetched
const LEAD = 0.02; // seconds that starting a sound may take
const ENDING = 0.01; // seconds in which everything gets silent, or it would end with a click

export class Sound {
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {GainNode|null} */
  #output = null;
  /** Of what was started since the last `begin`. @type {GainNode|null} */
  #bus = null;
  /** Of what was started since then and steps back. @type {GainNode|null} */
  #ducked = null;
  /** @type {import("../timeline/ducking.js").Point[]} */
  #ducking = [];
  /** @type {Map<Heard, Voice>} */
  #voices = new Map();
  /** @type {Heard[]} */
  #heard = [];
  #clock = new Clock(() => this.#context);
  #buffers = new Buffers();
  #elements = new Elements();
  #volume = 1;
  #speed = 0; // 0 while nothing plays
  #preparing = 0; // a timeout

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

  /** The time of the timeline that is heard. */
  get time() {
    return this.#clock.time;
  }

  /** @param {Model} model */
  load({ heard, plan: { ducking } }) {
    if (JSON.stringify([heard, ducking]) === JSON.stringify([this.#heard, this.#ducking])) return;
    this.#heard = heard;
    this.#ducking = ducking;
    if (this.#speed !== 0) this.begin(this.time, this.#speed);
  }

  /** Let the sound be heard from now on. */
  start() {
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#output = mixer(this.#context);
      this.#output.gain.value = this.#volume;
    }
    this.#context.resume().catch(() => {});
  }

  /** Play from a time on. @param {number} time @param {number} speed */
  begin(time, speed) {
    this.halt();
    this.#speed = speed;
    this.#forget(time);
    this.#clock.start(time, speed);
    if (this.#context && this.#output && this.#clock.isAudio) {
      this.#bus = new GainNode(this.#context);
      this.#bus.connect(this.#output);
      const position = { time, when: this.#clock.whenOf(time), speed };
      this.#ducked = duckedBus(this.#context, this.#bus, speed > 0 ? this.#ducking : [], position);
    }
    this.update();
  }

  /** Fetch what would be heard soon from a time on, once somebody has listened. @param {number} time */
  prepare(time) {
    clearTimeout(this.#preparing);
    if (!this.#context) return;
    this.#preparing = setTimeout(() => {
      for (const heard of this.#heard) {
        const isSoon = heard.end > time && heard.start < time + AHEAD;
        if (isSoon && this.#buffers.suits(heard)) this.#buffers.find(heard);
      }
    }, PAUSE);
  }

  /** Go on: start what is heard soon, and let the rest follow. */
  update() {
    if (this.#clock.isOutdated) {
      this.begin(this.time, this.#speed);
      return;
    }
    if (this.#speed <= 0) return;
    const { time } = this;
    const ended = [...this.#voices.values()].filter(({ heard }) => heard.end <= time);
    for (const voice of ended) this.#end(voice);
    if (ended.length > 0) this.#forget(time);
    for (const voice of this.#voices.values()) voice.follow?.(time);
    for (const heard of this.#heard) {
      if (heard.start > time + PREPARED * this.#speed) return;
      if (heard.end > time && !this.#voices.has(heard)) this.#play(heard, time);
    }
  }

  /** Stop everything, without a click. */
  halt() {
    const [context, bus] = [this.#context, this.#bus];
    this.#speed = 0;
    this.#bus = null;
    this.#ducked = null;
    if (context && bus) {
      bus.gain.setTargetAtTime(0, context.currentTime, ENDING / 4);
      setTimeout(() => bus.disconnect(), 20 * ENDING * 1000);
    }
    for (const voice of this.#voices.values()) this.#end(voice);
  }

  destroy() {
    this.halt();
    clearTimeout(this.#preparing);
    this.#elements.keep([]);
    this.#context?.close();
    this.#context = null;
  }

  /** Let go of music that is not heard soon. @param {number} time */
  #forget(time) {
    this.#elements.keep(this.#heard.filter(({ start, end }) => end > time && start < time + PREPARED));
  }

  /** @param {Voice} voice */
  #end(voice) {
    this.#voices.delete(voice.heard);
    voice.stop((this.#context?.currentTime ?? 0) + ENDING);
  }

  /** Start a sound that is heard soon, if its file is there. @param {Heard} heard @param {number} time */
  #play(heard, time) {
    const isBuffer = this.#speed === 1 && this.#buffers.suits(heard);
    const buffer = isBuffer ? this.#buffers.find(heard) : null;
    const isSoon = heard.start <= time + AHEAD * this.#speed;
    const [context, bus] = [this.#context, heard.isDucked ? this.#ducked : this.#bus];
    if (!context || !bus || !isSoon || (isBuffer && !buffer)) return;
    const soon = time + LEAD * this.#speed;
    const position = { time: soon, when: this.#clock.whenOf(soon), speed: this.#speed };
    if (buffer) {
      const source = playBuffer(context, bus, heard, buffer, position);
      this.#voices.set(heard, { heard, stop: (when) => source.stop(when) });
    } else if (heard.clip === undefined) {
      this.#voices.set(heard, new ElementVoice(context, bus, heard, position, this.#elements.musicOf(context, heard)));
    } else if (heard.start <= time) {
      const { video } = this.stage.deckOf(heard.clip);
      this.#voices.set(heard, new ElementVoice(context, bus, heard, position, this.#elements.deckOf(context, video)));
    }
  }
}
