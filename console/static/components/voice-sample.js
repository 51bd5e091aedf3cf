import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n.js";
import "../i18n/sound.js";
import { toastError } from "../state/toasts.js";
import { sampleOf } from "../state/voices.js";
import { IconButton } from "./button.js";
import { isListenedTo, listen, stopListeningTo } from "./listening.js";

/** @typedef {import("../state/voices.js").Voice} Voice */

/** What names a voice among those of all providers. @param {Voice} voice */
export const keyOf = ({ provider, id }) => `${provider} ${id}`;

/** Plays a sample of a voice. @param {{voice: Voice, language: string}} props */
export function VoiceSample({ voice, language }) {
  const [busy, setBusy] = useState(false);
  const isGone = useRef(false);
  const url = useRef("");
  const key = `sample ${keyOf(voice)}`;
  useEffect(
    () => () => {
      isGone.current = true;
      stopListeningTo(key);
      URL.revokeObjectURL(url.current);
    },
    [],
  );
  const isPlaying = isListenedTo(key);
  const play = async () => {
    if (isPlaying) return stopListeningTo(key);
    setBusy(true);
    try {
      const sample = await sampleOf(voice, language);
      if (isGone.current) return;
      url.current ||= URL.createObjectURL(sample);
      await listen(key, url.current);
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  const icon = busy ? "loader-circle" : isPlaying ? "square" : "play";
  return html`<${IconButton} icon=${icon} aria-busy=${busy ? "true" : undefined} label=${t(isPlaying ? "listening.stop" : "voices.sample", { name: voice.name })} onClick=${busy ? undefined : play} />`;
}
