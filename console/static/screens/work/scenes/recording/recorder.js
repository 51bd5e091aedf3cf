/** A hook that records takes. */

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../../i18n.js";
import { Microphone, MicrophoneError } from "./microphone.js";

/** How many takes are kept. */
export const TAKES = 3;
export const LONGEST = 10; // minutes
const EVERY = 100; // milliseconds, of the level
const SILENT = 0.004; // a level below which nothing is heard
const SILENT_SECONDS = 2;

/**
 * @typedef {{id: number, blob: Blob, url: string, seconds: number}} Take
 * @typedef {{level: number, seconds: number, isSilent: boolean}} Meter of the take that is recorded
 */

/**
 * Takes of a voice; they end with the component.
 */
export function useRecorder() {
  const [takes, setTakes] = useState(/** @type {Take[]} */ ([]));
  const [meter, setMeter] = useState(/** @type {Meter | null} */ (null));
  const [problem, setProblem] = useState("");
  const microphone = useRef(/** @type {Microphone | null} */ (null));
  const isOpen = useRef(false); // or about to be
  const number = useRef(0);
  const isGone = useRef(false);
  const known = useRef(takes);
  known.current = takes;
  useEffect(
    () => () => {
      isGone.current = true;
      microphone.current?.close();
      for (const { url } of known.current) URL.revokeObjectURL(url);
    },
    [],
  );

  const record = async () => {
    if (isOpen.current) return;
    isOpen.current = true;
    setProblem("");
    try {
      const opened = await Microphone.open();
      if (isGone.current) return opened.close();
      microphone.current = opened;
      const end = follow(opened, setMeter);
      const { blob, seconds } = await opened.record().finally(end);
      if (isGone.current) return;
      number.current += 1;
      setTakes((before) => [...before, { id: number.current, blob, url: URL.createObjectURL(blob), seconds }]);
    } catch (error) {
      if (!(error instanceof MicrophoneError)) throw error;
      setProblem(t(`recording.problems.${error.problem}`, { reason: error.message }));
    } finally {
      microphone.current?.close();
      microphone.current = null;
      isOpen.current = false;
      setMeter(null);
    }
  };
  const remove = (/** @type {Take} */ take) => {
    URL.revokeObjectURL(take.url);
    setTakes((before) => before.filter((other) => other !== take));
  };
  return { takes, meter, problem, record, stop: () => microphone.current?.stop(), remove };
}

/**
 * Tell the level while a take is recorded, and end the take when it is too long.
 * @param {Microphone} microphone
 * @param {(meter: Meter) => void} tell
 * @returns {() => void} ends that
 */
function follow(microphone, tell) {
  const started = performance.now();
  let heard = started;
  const timer = setInterval(() => {
    const now = performance.now();
    const { level } = microphone;
    if (level > SILENT) heard = now;
    if (now - started > LONGEST * 60_000) microphone.stop();
    tell({ level, seconds: (now - started) / 1000, isSilent: now - heard > SILENT_SECONDS * 1000 });
  }, EVERY);
  return () => clearInterval(timer);
}
