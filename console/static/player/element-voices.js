/**
 * Sounds that elements play: the music, and clips whose sound is long. Elements of music are there as long
 * as they are heard.
 *
 * @typedef {import("../timeline/heard.js").Heard} Heard
 * @typedef {import("./graph.js").Position} Position
 * @typedef {{element: HTMLMediaElement, node: MediaElementAudioSourceNode, isMusic: boolean}} Source
 */

import { at } from "../base.js";
import { heardAt } from "../timeline/heard.js";
import { NEAR, follow } from "./follow.js";
import { gainOf, mended } from "./graph.js";

const FADED = 100; // milliseconds after which what was stopped is silent

/** A sound that an element plays. */
export class ElementVoice {
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

export class Elements {
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
