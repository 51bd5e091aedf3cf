/** Sounds that are played by a button: one at a time. */

import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { at } from "../base.js";
import { t } from "../i18n.js";
import { mixer } from "../mixer.js";
import { toast } from "../state/toasts.js";
import { gainOf } from "../timeline/ducking.js";
import { IconButton } from "./button.js";

/** The key of the sound that is played; empty: none. */
const playing = signal("");
const element = new Audio();
for (const name of ["ended", "error"]) element.addEventListener(name, stopListening);
/** Makes sounds louder than their files, which elements cannot. @type {GainNode | null} */
let amplifier = null;

/** Stop what is played. */
export function stopListening() {
  element.pause();
  suspend();
  playing.value = "";
}

/** Stop a sound, if it is played. @param {string} key */
export function stopListeningTo(key) {
  if (playing.peek() === key) stopListening();
}

/** Let the device rest while nothing is played. */
function suspend() {
  /** @type {AudioContext | undefined} */ (amplifier?.context)?.suspend();
}

/** Play with another loudness. @param {number} decibels */
function amplify(decibels) {
  if (!amplifier) {
    if (decibels === 0) return;
    const context = new AudioContext();
    amplifier = mixer(context); // with a limiter, since voices get much louder
    context.createMediaElementSource(element).connect(amplifier);
  }
  amplifier.gain.value = gainOf(decibels);
  /** @type {AudioContext} */ (amplifier.context).resume();
}

/** Whether a sound is played. @param {string} key */
export const isListenedTo = (key) => playing.value === key;

/**
 * Play a sound from its beginning, or stop it if it is played.
 * @param {string} key what names the sound, such as its address
 * @param {string} [url]
 * @param {number} [gain] in dB
 */
export async function listen(key, url = key, gain = 0) {
  const wasPlaying = playing.value === key;
  stopListening();
  if (wasPlaying) return;
  element.src = at(url);
  playing.value = key;
  amplify(gain);
  try {
    await element.play();
  } catch (error) {
    if (/** @type {DOMException} */ (error).name === "AbortError") return; // another one was started
    stopListening();
    toast(t("listening.failed"), { kind: "error" });
  }
}

/**
 * A button that plays a sound, and stops it; the sound ends with the button.
 * @param {{url: string, label: string, gain?: number, class?: string}} props
 *   `label` is its name while it does not play, `gain` in dB
 */
export function ListenButton({ url, label, gain, ...rest }) {
  const isPlaying = isListenedTo(url);
  useEffect(() => () => stopListeningTo(url), [url]);
  return html`<${IconButton}
    reading
    ...${rest}
    icon=${isPlaying ? "square" : "play"}
    label=${isPlaying ? t("listening.stop") : label}
    onClick=${() => listen(url, url, gain)}
  />`;
}
