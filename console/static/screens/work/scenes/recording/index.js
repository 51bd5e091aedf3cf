import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../../../components/button.js";
import { DeleteDialog, Dialog } from "../../../../components/dialogs.js";
import { ListenButton, stopListening } from "../../../../components/listening.js";
import { Notice, Reason } from "../../../../components/notice.js";
import { UploadProgress } from "../../../../components/progress.js";
import { formatDuration, formatNumber, t } from "../../../../i18n.js";
import { useQuestionOnLeave } from "../../../../state/leaving.js";
import { toast } from "../../../../state/toasts.js";
import { useUpload } from "../../../../state/upload.js";
import { scenesOf } from "../actions.js";
import { lineOf, storeVoice } from "../narration/actions.js";

// The microphone: takes are recorded with it, and its level is measured.

/** Recordings that can be uploaded, for the file chooser. */
export const ACCEPTED = "audio/mpeg,audio/mp4,audio/x-m4a,audio/wav,audio/ogg,audio/webm,.mp3,.m4a,.wav,.ogg,.oga,.webm";
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"]; // the first that the browser knows
const BITS = 128_000; // a second
const SLICE = 1000; // milliseconds: a recording that breaks off is kept up to here

/**
 * @typedef {"insecure" | "unsupported" | "denied" | "missing" | "busy" | "failed"} Problem
 * @typedef {{blob: Blob, seconds: number}} Recorded
 */

/** An error with the problem that it is. */
class MicrophoneError extends Error {
  /** @param {Problem} problem @param {string} [reason] */
  constructor(problem, reason = "") {
    super(reason || problem);
    this.problem = problem;
  }
}

/** Errors of `getUserMedia`, by their names. @type {Record<string, Problem>} */
const PROBLEMS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  NotSupportedError: "unsupported",
};

/** A microphone that is open, until it is closed. */
class Microphone {
  #stream;
  #context;
  #analyser;
  /** @type {MediaRecorder | null} */
  #recorder = null;
  #samples;

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.#stream = stream;
    this.#context = new AudioContext();
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 2048;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
  }

  /** Ask for the microphone. Throws MicrophoneError. */
  static async open() {
    if (!navigator.mediaDevices) throw new MicrophoneError(isSecureContext ? "unsupported" : "insecure");
    if (!globalThis.MediaRecorder) throw new MicrophoneError("unsupported");
    try {
      const audio = { echoCancellation: false, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
      return new Microphone(await navigator.mediaDevices.getUserMedia({ audio }));
    } catch (error) {
      const { name, message } = /** @type {DOMException} */ (error);
      throw new MicrophoneError(PROBLEMS[name] ?? "failed", message);
    }
  }

  /** The level at this moment, from 0 to 1: its loudest sample. */
  get level() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return Math.min(1, this.#samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0));
  }

  /**
   * Record until `stop`, or until the microphone is gone: what was recorded by then is kept. Throws
   * MicrophoneError if that is nothing.
   * @returns {Promise<Recorded>}
   */
  record() {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: BITS });
    this.#recorder = recorder;
    const started = performance.now();
    /** @type {Blob[]} */
    const parts = [];
    let reason = "";
    return new Promise((resolve, reject) => {
      recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
      recorder.addEventListener("error", (event) => (reason = /** @type {any} */ (event).error?.message)); // it stops then
      recorder.addEventListener("stop", () => {
        if (!parts.some(({ size }) => size > 0)) reject(new MicrophoneError("failed", reason));
        const [type] = recorder.mimeType.split(";"); // the service knows types without codecs
        resolve({ blob: new Blob(parts, { type }), seconds: (performance.now() - started) / 1000 });
      });
      recorder.start(SLICE);
    });
  }

  stop() {
    if (this.#recorder?.state === "recording") this.#recorder.stop();
  }

  close() {
    this.stop();
    for (const track of this.#stream.getTracks()) track.stop();
    this.#context.close();
  }
}

// A hook that records takes.

/** How many takes are kept. */
const TAKES = 3;
const LONGEST = 10; // minutes
const EVERY = 100; // milliseconds, of the level
const SILENT = 0.004; // a level below which nothing is heard
const SILENT_SECONDS = 2;
const COUNT = 3; // seconds before a take that accompanies something

/**
 * @typedef {{id: number, blob: Blob, url: string, seconds: number}} Take
 * @typedef {{level: number, seconds: number, isSilent: boolean}} Meter of the take that is recorded
 */

/**
 * Takes of a voice; they end with the component.
 * @param {() => () => void} [accompany]  begins what a take accompanies, and returns how to end that. Before
 *   it, seconds are counted.
 */
function useRecorder(accompany) {
  const [takes, setTakes] = useState(/** @type {Take[]} */ ([]));
  const [meter, setMeter] = useState(/** @type {Meter | null} */ (null));
  const [count, setCount] = useState(0); // seconds until a take begins
  const [problem, setProblem] = useState("");
  const microphone = useRef(/** @type {Microphone | null} */ (null));
  const counting = useRef(/** @type {AbortController | null} */ (null));
  const isOpen = useRef(false); // or about to be
  const number = useRef(0);
  const isGone = useRef(false);
  const known = useRef(takes);
  known.current = takes;
  useEffect(
    () => () => {
      isGone.current = true;
      counting.current?.abort();
      microphone.current?.close();
      for (const { url } of known.current) URL.revokeObjectURL(url);
    },
    [],
  );

  const take = async (/** @type {Microphone} */ opened) => {
    if (accompany) {
      counting.current = new AbortController();
      if (!(await countDown(setCount, counting.current.signal))) return null;
    }
    const ends = [follow(opened, setMeter), ...(accompany ? [accompany()] : [])];
    return opened.record().finally(() => ends.forEach((end) => end()));
  };
  const record = async () => {
    if (isOpen.current) return;
    isOpen.current = true;
    setProblem("");
    try {
      const opened = await Microphone.open();
      if (isGone.current) return opened.close();
      microphone.current = opened;
      const recorded = await take(opened);
      if (isGone.current || !recorded) return;
      const { blob, seconds } = recorded;
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
  const stop = () => {
    counting.current?.abort();
    microphone.current?.stop();
  };
  const remove = (/** @type {Take} */ take) => {
    URL.revokeObjectURL(take.url);
    setTakes((before) => before.filter((other) => other !== take));
  };
  return { takes, meter, count, problem, record, stop, remove };
}

/**
 * Tell the seconds that are left until a take begins. Returns false if that was ended before.
 * @param {(left: number) => void} tell @param {AbortSignal} signal
 */
async function countDown(tell, signal) {
  for (let left = COUNT; left > 0 && !signal.aborted; left -= 1) {
    tell(left);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, 1000);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve(null)), { once: true });
    });
  }
  tell(0);
  return !signal.aborted;
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

/**
 * Records up to three takes of a scene's line, one of which becomes its voice.
 * @param {{work: import("../../../../documents/document.js").Document, index: number, number: number,
 *   onNext: (index: number, number: number) => void, onClose: () => void}} props
 */
export function Recording({ work, index, number, onNext, onClose }) {
  const upload = useUpload();
  const scenes = scenesOf(work.value.value);
  const line = lineOf(scenes.find((scene) => scene.scene_index === index));
  const next = scenes[number]?.scene_index; // numbers count from 1
  const use = (/** @type {() => void} */ after) => async (/** @type {Take} */ { blob }) => {
    const file = new File([blob], t("recording.title", { number }), { type: blob.type });
    if (!(await storeVoice(work, index, file, upload))) return;
    toast(t("recording.used", { number }));
    after();
  };
  const toNext = { label: t("recording.useAndNext", { number: number + 1 }), use: use(() => onNext(next, number + 1)) };
  const uses = [...(next === undefined ? [] : [toNext]), { label: t("recording.use"), use: use(onClose) }];
  return html`<${RecorderDialog} title=${t("recording.title", { number })} ...${{ upload, uses, onClose }}>
    ${line.trim()
      ? html`<p class="quiet">${t("recording.read")}</p><blockquote class="script" dir="auto">${line}</blockquote>`
      : html`<p class="quiet">${t("recording.noLine")}</p>`}
  <//>`;
}

/**
 * A dialog that records takes, and uses one of them. While one is recorded, closing it ends that take.
 * @param {{title: string, class?: string, upload: import("../../../../state/upload.js").Upload,
 *   uses: {label: string, use: (take: Take) => Promise<void>}[], accompany?: () => () => void,
 *   other?: any, onClose: () => void, children: any}} props
 *   `uses` are the ways to use a take, the main one last; `other` is offered beside the button that records
 */
export function RecorderDialog({ title, class: name, upload, uses, accompany, other, onClose, children }) {
  const recorder = useRecorder(accompany);
  const [chosen, setChosen] = useState(0);
  const [isLeaving, setLeaving] = useState(false);
  const { takes, meter, count, problem, remove } = recorder;
  const take = takes.find(({ id }) => id === chosen) ?? takes.at(-1);
  const isRecording = meter !== null || count > 0;
  useQuestionOnLeave(takes.length > 0 || meter !== null);
  const record = () => {
    stopListening();
    setChosen(0); // the last take
    recorder.record();
  };
  const close = () => {
    if (isRecording && accompany) recorder.stop();
    else if (takes.length || meter) setLeaving(true);
    else onClose();
  };
  return html`<${Dialog} ...${{ title, class: name }} onClose=${close}>
    <div class="dialog-form">
      ${children}
      <${Controls} ...${{ meter, counted: count, other }} count=${takes.length} onRecord=${record} onStop=${recorder.stop} />
      ${problem && html`<${Notice} kind="error">${problem}<//>`}
      ${takes.length > 0 && html`<${TakeList} ...${{ takes, take }} onChoose=${setChosen} onRemove=${remove} />`}
      <${UploadProgress} upload=${upload} />
      ${upload.error && html`<${Reason} text=${upload.error.text} />`}
      ${take &&
      html`<footer class="dialog-footer">
        ${uses.map(
          ({ label, use }, index) =>
            html`<${Button} kind=${index === uses.length - 1 ? "primary" : "plain"} busy=${upload.running !== null} disabled=${isRecording}
              onClick=${() => use(take)}>${label}<//>`,
        )}
      </footer>`}
    </div>
    ${isLeaving &&
    html`<${DeleteDialog}
      title=${t("recording.discardTitle")}
      submit=${t("recording.discard")}
      onSubmit=${async () => onClose()}
      onClose=${() => setLeaving(false)}
    >
      <p>${t("recording.discardText", { count: Math.max(1, takes.length) })}</p>
    <//>`}
  <//>`;
}

/**
 * The button that records, and the level.
 * @param {{meter: Meter | null, counted: number, count: number, other: any, onRecord: () => void, onStop: () => void}} props
 *   `counted` are the seconds until a take begins, `count` is how many there are
 */
function Controls({ meter, counted, count, other, onRecord, onStop }) {
  if (counted > 0) {
    return html`<div class="record">
      <${Button} key="stop" icon="x" autofocus onClick=${onStop}>${t("common.cancel")}<//>
      <strong class="count" role="status">${counted}</strong>
    </div>`;
  }
  if (!meter) {
    if (count === TAKES) return html`<p class="hint">${t("recording.full")}</p>`;
    return html`<div class="record">
      <${Button} key="record" kind=${count ? "plain" : "primary"} icon="mic" onClick=${onRecord}>${t(count ? "recording.again" : "recording.start")}<//>
      ${other}
      <span class="hint">${t("recording.longest", { minutes: LONGEST })}</span>
    </div>`;
  }
  const { level, seconds, isSilent } = meter;
  return html`<div class="record">
      <${Button} key="stop" kind="danger" icon="square" autofocus onClick=${onStop}>${t("recording.stop")}<//>
      <div class="level" role="meter" aria-label=${t("recording.level")} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(100 * shown(level))}>
        <div class=${`level-bar ${level > 0.95 ? "loud" : ""}`} style=${{ width: `${100 * shown(level)}%` }}></div>
      </div>
      <span class="time">${formatDuration(Math.floor(seconds))}</span>
    </div>
    <div role="status">${isSilent && html`<${Notice} kind="warning">${t("recording.quiet")}<//>`}</div>`;
}

/** A level as a share of the bar: 60 dB of it. @param {number} level */
const shown = (level) => Math.max(0, Math.min(1, 1 + Math.log10(Math.max(level, 1e-6)) / 3));

/**
 * @param {{takes: Take[], take: Take | undefined, onChoose: (id: number) => void, onRemove: (take: Take) => void}} props
 */
function TakeList({ takes, take, onChoose, onRemove }) {
  return html`<fieldset class="voices">
    <legend class="visually-hidden">${t("recording.takes")}</legend>
    <ul>
      ${takes.map((each, position) => {
        const number = position + 1;
        const values = { number, seconds: formatNumber(Math.round(each.seconds * 10) / 10) };
        return html`<li key=${each.id} class="voice">
          <label>
            <input type="radio" name="take" checked=${each === take} onChange=${() => onChoose(each.id)} />
            <span><strong>${t("recording.take", values)}</strong></span>
          </label>
          <${ListenButton} url=${each.url} label=${t("recording.play", { number })} />
          <${IconButton} icon="trash-2" label=${t("recording.remove", { number })} onClick=${() => onRemove(each)} />
        </li>`;
      })}
    </ul>
  </fieldset>`;
}
