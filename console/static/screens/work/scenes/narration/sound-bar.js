import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useReadOnly } from "../../../../components/access.js";
import { Button } from "../../../../components/button.js";
import { FormDialog } from "../../../../components/dialogs.js";
import { NumberField, TextArea } from "../../../../components/field.js";
import { Reason } from "../../../../components/notice.js";
import { PaidButton, PaidReason } from "../../../../components/paid-button.js";
import { Progress } from "../../../../components/progress.js";
import { t } from "../../../../i18n.js";
import { navigate } from "../../../../router.js";
import { providerOf } from "../../../../state/choices.js";
import { cancelJob, isActive, startJob } from "../../../../state/jobs.js";
import { useRequest } from "../../../../state/request.js";
import { toast, toastError } from "../../../../state/toasts.js";
import { workPage } from "../../../../urls.js";
import { inspectorTab } from "../../edit/kept.js";
import { pathOf } from "../actions.js";
import { givenLine, isOtherVoice, isSameText, lineOf, speak, timeWords } from "./actions.js";
import { NarratorButton } from "./narrator.js";

const LONGEST_PROMPT = 2000; // characters
/** How long music and sounds can be, in seconds. @type {Record<string, {least: number, most: number}>} */
const LENGTHS = { music: { least: 3, most: 600 }, sound: { least: 0.5, most: 30 } };

/**
 * Asks what music or sound is to be made.
 * @param {{kind: string, work: import("../../../../documents/document.js").Document, onClose: () => void}} props
 */
export function MakeSound({ kind, work, onClose }) {
  const { least, most } = LENGTHS[kind];
  const isMusic = kind === "music";
  const [prompt, setPrompt] = useState("");
  const [seconds, setSeconds] = useState(/** @type {number | null} */ (isMusic ? null : 2));
  const [isInstrumental, setInstrumental] = useState(true);
  const provider = providerOf(/** @type {any} */ (kind), [/** @type {any} */ (kind)]);
  const submit = async () => {
    await work.flush();
    const music = isMusic ? { instrumental: isInstrumental } : {};
    await startJob(pathOf(work), { kind, prompt: prompt.trim() || undefined, seconds: seconds ?? undefined, ...music });
  };
  const texts = isMusic
    ? { title: "music.title", submit: "music.submit", prompt: "music.prompt", hint: "music.promptHint" }
    : { title: "music.effectTitle", submit: "music.effectSubmit", prompt: "music.effectPrompt", hint: "music.effectHint" };
  return html`<${FormDialog} title=${t(texts.title)} submit=${t(texts.submit)} onSubmit=${submit} onClose=${onClose}>
    <${TextArea} rows="2" label=${t(texts.prompt)} optional=${isMusic} required=${!isMusic} limit=${LONGEST_PROMPT}
      placeholder=${t(texts.hint)} value=${prompt} onInput=${setPrompt} />
    <${NumberField} label=${t("music.seconds")} optional=${isMusic} hint=${isMusic && t("music.secondsHint")} unit="s"
      min=${least} max=${most} step="any" required=${!isMusic} value=${seconds} onInput=${setSeconds} />
    ${isMusic &&
    html`<label class="check">
      <input type="checkbox" checked=${isInstrumental} onChange=${() => setInstrumental(!isInstrumental)} />
      <span>${t("music.instrumental")}</span>
    </label>`}
    ${isMusic && work.value.value.editorState.audioUrl && html`<p class="hint">${t("music.replaces")}</p>`}
    ${provider && html`<p class="hint">${t(provider.id === "demo" ? "music.free" : "music.paid", { provider: provider.name })}</p>`}
  <//>`;
}

/** @typedef {import("../../../../state/providers.js").Role} Role */

const [SPEECH, MUSIC, SOUND, TRANSCRIPTION] = ["speech", "music", "sound", "transcription"].map((role) => /** @type {Role[]} */ ([role]));
const OPENED = Date.now();
/** Jobs that this bar shows. @type {Record<string, string>} by their kinds, what is told when they are done */
const READY = { narration: "soundBar.linesReady", music: "soundBar.musicReady", sound: "soundBar.soundReady", captions: "soundBar.wordsReady" };

/** @typedef {import("../../../../state/jobs.js").Job} Job */

/**
 * Who speaks, which lines are spoken, and what is made for the ear.
 * @param {{work: import("../../../../documents/document.js").Document, project: any, jobs: Job[],
 *   narration: Map<number, import("../../../../state/voices.js").Spoken>}} props
 */
export function SoundBar({ work, project, jobs, narration }) {
  const [opened, setOpened] = useState("");
  const making = useRequest();
  const value = work.value.value;
  const lines = value.scenes.filter((/** @type {any} */ scene) => lineOf(scene).trim());
  const open = lines.filter((/** @type {any} */ scene) => !isSpoken(value, scene, narration));
  const untimed = [...narration.values()].filter(({ voiceUrl, spokenText, text, words }) => voiceUrl && (spokenText ?? text) && !words.length);
  const running = jobs.filter((job) => isActive(job) && job.kind in READY);
  useReadyMessages(work, jobs);
  const isReadOnly = useReadOnly();
  const hasMusic = Boolean(value.editorState.audioUrl);
  const done = t("soundBar.spoken", { done: lines.length - open.length, count: lines.length });
  if (isReadOnly && !running.length) return null; // it is for making
  return html`<section class="sound-bar" aria-label=${t("soundBar.label")}>
      <${NarratorButton} work=${work} project=${project} />
      <p class="quiet">${lines.length ? done : t("soundBar.noLines")}</p>
      <div class="sound-tools">
        <${PaidButton} roles=${SOUND} kind="quiet" icon="audio-waveform" onClick=${() => setOpened("sound")}>${t("soundBar.effect")}<//>
        <${PaidButton} roles=${MUSIC} icon="music" onClick=${() => setOpened("music")}>${t(hasMusic ? "soundBar.hasMusic" : "soundBar.music")}<//>
        ${untimed.length > 0 &&
        html`<${PaidButton} roles=${TRANSCRIPTION} kind="quiet" icon="captions" title=${t("soundBar.timeWordsHint")} busy=${making.busy || running.some(({ kind }) => kind === "captions")}
          onClick=${() => making.run(() => timeWords(work, untimed.map(({ sceneIndex }) => sceneIndex)))}>
          ${t("soundBar.timeWords", { count: untimed.length })}
        <//>`}
        ${open.length > 0 &&
        html`<${PaidButton} roles=${SPEECH} icon="audio-lines" busy=${making.busy || running.some(({ kind }) => kind === "narration")}
          onClick=${() => making.run(() => speak(work, { only: "changed" }))}>
          ${t("soundBar.speakMissing", { count: open.length })}
        <//>`}
        ${lines.length > 0 && open.length === 0 &&
        html`<${PaidButton} roles=${SPEECH} kind="quiet" icon="audio-lines" busy=${making.busy || running.some(({ kind }) => kind === "narration")}
          onClick=${() => making.run(() => speak(work, { only: "all" }))}>
          ${t("soundBar.speakAll")}
        <//>`}
      </div>
    </section>
    ${running.map((job) => html`<${Running} key=${job.id} job=${job} />`)}
    ${making.error && html`<${PaidReason} roles=${SPEECH} text=${making.error.text} onAgain=${making.again} />`}
    <${Failures} jobs=${jobs} />
    ${opened && html`<${MakeSound} kind=${opened} work=${work} onClose=${() => setOpened("")} />`}`;
}

/** Whether a scene's line is spoken as it is written, by who is to speak. @param {any} work @param {any} scene @param {Map<number, any>} narration */
function isSpoken(work, scene, narration) {
  const index = scene.scene_index;
  const made = work.generatedScenes.find((/** @type {any} */ { sceneIndex }) => sceneIndex === index);
  const spoken = givenLine(narration.get(index));
  if (isOtherVoice(narration.get(index))) return false;
  return Boolean(made?.voiceUrl) && (spoken === null || isSameText(spoken, lineOf(scene)));
}

/** @param {{job: Job}} props */
function Running({ job }) {
  const calls = job.calls ?? [];
  const done = calls.filter(({ state }) => state === "done" || state === "skipped").length;
  const isLines = job.kind === "narration";
  const label = isLines ? t("soundBar.running", { done, count: calls.length }) : t(`soundBar.making.${job.kind}`);
  return html`<div class="making">
    <span>${label}</span>
    <${Progress} label=${label} value=${isLines ? job.progress.percent : null} />
    <${Button} small onClick=${() => cancelJob(job).catch(toastError)}>${t("common.cancel")}<//>
  </div>`;
}

/** Why music and sounds were not made; the lines of scenes say it themselves. @param {{jobs: Job[]}} props */
function Failures({ jobs }) {
  const last = ["music", "sound"].map((kind) => jobs.find((job) => job.kind === kind));
  return last.map((job) => job?.state === "failed" && job.updatedAt > OPENED && html`<${Reason} key=${job.id} text=${job.reason ?? ""} />`);
}

/** What leads to where voices and music that do not fit are helped. @param {{projectId: string, id: string}} work */
function solvingInEdit({ projectId, id }) {
  const run = () => {
    inspectorTab.value = "sound";
    navigate(workPage(projectId, id, "edit"));
  };
  return { label: t("soundBar.inEdit"), run };
}

/**
 * Tells when what was made on this visit is there, and what its job has to say.
 * @param {import("../../../../documents/document.js").Document} work @param {Job[]} jobs
 */
function useReadyMessages(work, jobs) {
  /** @type {{current: Set<string>}} */
  const told = useRef(new Set());
  const active = useRef(new Set(/** @type {string[]} */ ([])));
  useEffect(() => {
    for (const job of jobs.filter(({ kind }) => kind in READY)) {
      if (isActive(job)) active.current.add(job.id);
      else if (job.state === "succeeded" && active.current.has(job.id) && !told.current.has(job.id)) {
        told.current.add(job.id);
        const count = (job.result?.voices ?? job.result?.transcripts ?? []).length;
        const warnings = job.result?.warnings ?? [];
        const action = job.kind === "narration" && warnings.length > 0 ? solvingInEdit(work.value.peek()) : undefined;
        toast([t(READY[job.kind], { count }), ...warnings].join(". "), { action, everyScreen: false });
      }
    }
  }, [jobs]);
}
