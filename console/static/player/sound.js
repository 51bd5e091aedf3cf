/**
 * Plays what is heard of a timeline. Short sounds are buffers, started to the sample ahead of their time;
 * long ones, and all at other speeds of the player, are elements that follow. Its context is made by the
 * first `start`, since browsers require a key or click first.
 *
 * @typedef {import("../timeline/model.js").Model} Model
 * @typedef {{stop: (when: number) => void, follow?: (time: number) => void, heard: Heard}} Voice
 */

import { at } from "../base.js";
import { mixer } from "../mixer.js";
import { heardAt } from "../timeline/heard.js";
import { Buffers } from "./buffers.js";
import { NEAR, follow } from "./follow.js";
import { duckedBus, gainOf, mended, playBuffer } from "./graph.js";

/**
 * Sounds that elements play: the music, and clips whose sound is long. Elements of music are there as long
 * as they are heard.
 *
 * @typedef {import("../timeline/heard.js").Heard} Heard
 * @typedef {import("./graph.js").Position} Position
 * @typedef {{element: HTMLMediaElement, node: MediaElementAudioSourceNode, isMusic: boolean}} Source
 */

const FADED = 100; // milliseconds after which what was stopped is silent

/** A sound that an element plays. */
class ElementVoice {
  /** @type {Position} */
  #position;

  /**
   * @param {AudioContext} context @param {AudioNode} output @param {Heard} heard
   * @param {Position} position @param {Source} source
   */
  constructor(context, output, heard, position, source) {
    this.heard = heard;
    this.source = source;
    this.#position = position;
    this.gain = gainOf(context, output, heard, position);
    this.input = mended(context, this.gain, heard, position);
    source.node.connect(this.input);
    this.follow(position.time);
  }

  /** @param {number} time */
  follow(time) {
    const { element, isMusic } = this.source;
    if (!isMusic) return; // decks are played by the stage
    const speed = this.heard.speed * this.#position.speed;
    if (time < this.heard.start) prepare(element, this.heard.at);
    else play(element, heardAt(this.heard, time), speed);
  }

  stop() {
    const { element, node, isMusic } = this.source;
    setTimeout(() => node.disconnect(this.input), FADED);
    if (isMusic) element.pause();
  }
}

class Elements {
  /** @type {WeakMap<HTMLMediaElement, MediaElementAudioSourceNode>} */
  #nodes = new WeakMap();
  /** @type {Map<string, HTMLMediaElement>} by what is heard */
  #music = new Map();

  /** Return an element for music. @param {AudioContext} context @param {Heard} heard @returns {Source} */
  musicOf(context, heard) {
    const element = this.#music.get(keyOf(heard)) ?? new Audio(at(heard.url));
    this.#music.set(keyOf(heard), element);
    return { element, node: this.#nodeOf(context, element), isMusic: true };
  }

  /** Return the source of a deck's sound. @param {AudioContext} context @param {HTMLMediaElement} element @returns {Source} */
  deckOf(context, element) {
    return { element, node: this.#nodeOf(context, element), isMusic: false };
  }

  /** Forget the music, but what is heard in these. @param {Heard[]} heard */
  keep(heard) {
    const keys = new Set(heard.map(keyOf));
    for (const [key, element] of this.#music) {
      if (keys.has(key)) continue;
      this.#music.delete(key);
      setTimeout(() => release(element), FADED);
    }
  }

  /**
   * Return the node of an element. It is always connected, if silently: otherwise browsers would wait for
   * somebody to take its sound.
   * @param {AudioContext} context @param {HTMLMediaElement} element
   */
  #nodeOf(context, element) {
    let node = this.#nodes.get(element);
    if (!node) {
      node = new MediaElementAudioSourceNode(context, { mediaElement: element });
      node.connect(new GainNode(context, { gain: 0 })).connect(context.destination);
      element.muted = false;
      this.#nodes.set(element, node);
    }
    return node;
  }
}

/** @param {Heard} heard */
function keyOf({ url, at, turn }) {
  return `${url} ${at} ${turn}`;
}

/** Let an element forget its file. @param {HTMLMediaElement} element */
function release(element) {
  element.pause();
  element.removeAttribute("src");
  element.load();
}

/** Let an element be ready to play from a time of its file. @param {HTMLMediaElement} audio @param {number} at */
function prepare(audio, at) {
  const isAway = audio.readyState >= HTMLMediaElement.HAVE_METADATA && Math.abs(audio.currentTime - at) > NEAR;
  if (isAway && !audio.seeking) audio.currentTime = at;
}

/** Let music play at a time of its file. @param {HTMLMediaElement} audio @param {number} at @param {number} speed */
function play(audio, at, speed) {
  if (audio.error || audio.ended || audio.readyState < HTMLMediaElement.HAVE_METADATA) return;
  if (at < audio.duration) follow(audio, at, speed);
  else audio.pause();
}

// The time of the timeline while it plays: that of the AudioContext, so that pictures follow the sound.
// While no sound is there, or the context does not run, that of the page.

const STALLED = 0.5; // seconds in which a context that runs has to get on

class Clock {
  /** @type {() => AudioContext|null} */
  #context;
  /** Whether it is that of the context. */
  isAudio = false;
  #time = 0; // at the anchor
  #speed = 1;
  #seconds = 0; // of the context or the page, at the anchor
  #page = 0; // seconds of the page, at the anchor

  /** @param {() => AudioContext|null} context */
  constructor(context) {
    this.#context = context;
  }

  /** Let the timeline be at a time now. @param {number} time @param {number} speed */
  start(time, speed) {
    [this.#time, this.#speed] = [time, speed];
    this.isAudio = this.#context()?.state === "running";
    this.#page = performance.now() / 1000;
    this.#seconds = this.isAudio ? (this.#context()?.currentTime ?? 0) : this.#page;
  }

  /** The time of the timeline, in seconds. */
  get time() {
    const context = this.#context();
    const page = performance.now() / 1000;
    const now = this.isAudio ? (context?.currentTime ?? this.#seconds) : page;
    const isStalled = this.isAudio && now === this.#seconds && page - this.#page > STALLED;
    return this.#at(isStalled ? this.#seconds + page - this.#page : now);
  }

  /** Whether it is no longer that of the context, or should be. */
  get isOutdated() {
    return this.isAudio !== (this.#context()?.state === "running");
  }

  /** When the timeline is at a time, in seconds of the context. @param {number} time */
  whenOf(time) {
    return this.#seconds + (time - this.#time) / this.#speed;
  }

  /** @param {number} seconds */
  #at(seconds) {
    return this.#time + (seconds - this.#seconds) * this.#speed;
  }
}

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
