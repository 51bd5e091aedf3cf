import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Needs, useMay, useReadOnly } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { FormDialog } from "../../../components/dialogs.js";
import { Empty } from "../../../components/fallbacks.js";
import { PaidButton, PaidReason, PayNotice } from "../../../components/paid-button.js";
import { Progress } from "../../../components/progress.js";
import { formatDuration, formatList, nameIn, t } from "../../../i18n.js";
import "../../../i18n/sound.js";
import { useCast } from "../../../state/cast.js";
import { cancelJob, isActive, jobsOf } from "../../../state/jobs.js";
import { useNarration } from "../../../state/narration.js";
import { setEdited } from "../../../state/presence.js";
import { loadProviders } from "../../../state/providers.js";
import { toast, toastError } from "../../../state/toasts.js";
import { useWorkJob } from "../../../state/work-job.js";
import { clipsInOrder, isArranged } from "../../../timeline/editor-state.js";
import { secondsByScene } from "../../../timeline/placed-clips.js";
import { voiceSeconds } from "../../../timeline/voices.js";
import { assetApi, workPage } from "../../../urls.js";
import {
  LLM,
  addScene,
  addedIn,
  duplicateScene,
  makeClipAnew,
  removeScene,
  scenesOf,
  swapScenes,
} from "./actions.js";
import { SceneCard } from "./card.js";
import { editNarration, givenLine, isOtherVoice, voiceStateOf } from "./narration/actions.js";
import { LineVoice } from "./narration/narrator.js";
import { SoundBar } from "./narration/sound-bar.js";
import { Recording } from "./recording/index.js";
import { stateOf } from "./scene-state.js";
import { Takes } from "./takes.js";
import { DemoNotice, Toolbar } from "./toolbar.js";

/**
 * @typedef {import("../../../state/jobs.js").Job} Job
 * @typedef {object} Scenario
 * @property {Job | undefined} job that writes the scenario, or was the last one to do so
 * @property {boolean} isBusy
 * @property {string} reason why it failed
 * @property {() => Promise<void>} write
 * @property {(() => Promise<void>) | undefined} again
 */

/**
 * A hook that writes the scenario, and offers to undo that.
 * @param {import("../../../documents/document.js").Document} work
 * @returns {Scenario}
 */
function useScenario(work) {
  const isFirst = !work.value.value.scenes.length;
  const fields = isFirst ? { narration: true } : {}; // later ones have lines if these have
  const { job, isBusy, reason, run, order, repeat, canRepeat } = useWorkJob(work, "scenario", isFirst, fields);
  /** @type {{current: {id: string, scenes: any[]} | null}} */
  const replaced = useRef(null);
  const remember = async (/** @type {() => Promise<Job>} */ action) => {
    const { scenes } = work.value.value;
    const { id } = await action();
    replaced.current = { id, scenes };
  };
  useEffect(() => {
    const before = replaced.current;
    if (!before || before.id !== job?.id || job.state !== "succeeded") return;
    replaced.current = null;
    offerUndo(work, before.scenes, job.result?.warnings ?? []);
  }, [job?.state, job?.id]);
  return { job, isBusy, reason, write: () => run(() => remember(order)), again: canRepeat ? () => run(() => remember(repeat)) : undefined };
}

/**
 * @param {import("../../../documents/document.js").Document} work
 * @param {any[]} scenes
 * @param {string[]} warnings
 */
function offerUndo(work, scenes, warnings) {
  const undo = () => {
    work.edit({ scenes });
    toast(t("scenes.undone"));
  };
  const action = scenes.length ? { label: t("scenes.undo"), run: undo } : undefined;
  toast([t("scenes.written"), ...warnings].join(". "), { action });
}

/** The progress of the scenario's job, or its error. @param {{scenario: Scenario}} props */
function ScenarioJob({ scenario }) {
  const { job, isBusy, reason, again } = scenario;
  if (reason) return html`<${PaidReason} roles=${LLM} text=${reason} onAgain=${again} />`;
  if (!isBusy) return null;
  return html`<div class="making" role="status">
    <span>${t("scenes.writing")}</span>
    <${Progress} label=${t("scenes.writing")} />
    ${job && isActive(job) && html`<${Button} small onClick=${() => cancelJob(job).catch(toastError)}>${t("common.cancel")}<//>`}
  </div>`;
}

/** The photos that scenes are to show. @param {any} work @returns {string[]} */
const photosOf = ({ assetUsageMode, selectedAssetIds }) => (assetUsageMode === "direct" ? selectedAssetIds : []);

/** @param {{project: string, photos: string[]}} props */
function OwnPhotos({ project, photos }) {
  return html`<ol class="own-photos">
    ${photos.map((id, index) => html`<li key=${id}><img src=${`${assetApi(project, id)}/thumbnail`} alt=${t("scenes.ownPhoto", { number: index + 1 })} /></li>`)}
  </ol>`;
}

/**
 * Shown while there are no scenes.
 * @param {{work: import("../../../documents/document.js").Document, scenario: Scenario, onAdd: () => void}} props
 */
function NoScenes({ work, scenario, onAdd }) {
  if (useReadOnly()) return html`<${Empty} icon="images" title=${t("scenes.emptyTitle")} />`;
  const { projectId, id, productName, productDescription } = work.value.value;
  const photos = photosOf(work.value.value);
  const isBlank = !productName.trim() && !productDescription.trim();
  const actions = html`<${PaidButton} roles=${LLM} kind="primary" icon="wand-sparkles" busy=${scenario.isBusy} onClick=${scenario.write}>
      ${t("scenes.write")}
    <//>
    <${Button} icon="plus" onClick=${onAdd}>${t("scenes.add")}<//>`;
  return html`<${Empty} icon="images" title=${t("scenes.emptyTitle")} actions=${actions}>
      <p>${t(photos.length ? "scenes.emptyPhotos" : "scenes.emptyText", { count: photos.length })}</p>
      ${photos.length > 0 && html`<${OwnPhotos} project=${projectId} photos=${photos} />`}
      ${isBlank && html`<p>${t("scenes.emptyBrief")} <a href=${workPage(projectId, id)}>${t("scenes.toBrief")}</a></p>`}
    <//>
    <div class="centred"><${ScenarioJob} scenario=${scenario} /><${DemoNotice} /><${PayNotice} roles=${LLM} project=${projectId} /></div>`;
}

// Keeps the cards of scenes, so that only those are rendered again whose scene has changed.

/** @typedef {import("./card.js").CardProps} CardProps */

/** @returns {(key: string | number, props: CardProps) => any} makes a card, or returns that of the same properties */
function useCards() {
  const { current: made } = useRef(/** @type {Map<string | number, {known: any[], card: any}>} */ (new Map()));
  return (key, props) => {
    const known = partsOf(props);
    const before = made.get(key);
    if (before && isSame(before.known, known)) return before.card;
    const card = html`<${SceneCard} key=${key} ...${props} />`;
    made.set(key, { known, card });
    return card;
  };
}

/** What is compared: states are made anew each time. @param {CardProps} props */
function partsOf({ state, voice, ...others }) {
  const { status, percent, reason, job } = state;
  return [...Object.values(others), status, percent, reason, job, voice.isBusy, voice.isWaiting, voice.reason, voice.job];
}

/** Keep a list of values that are the same as before. @template {any[]} T @param {T} values @returns {T} */
function useKept(values) {
  const kept = useRef(values);
  if (!isSame(kept.current, values)) kept.current = values;
  return kept.current;
}

/** @param {any[]} one @param {any[]} other */
const isSame = (one, other) => one.length === other.length && one.every((value, index) => value === other[index]);

/** @typedef {{kind: string, index: number, number: number}} Action */

/**
 * The storyboard.
 * @param {{work: import("../../../documents/document.js").Document, project: any}} props
 */
export default function Scenes({ work, project }) {
  const value = work.value.value;
  const jobs = jobsOf(value.id);
  const scenes = scenesOf(value);
  const made = new Map(value.generatedScenes.map((/** @type {any} */ each) => [each.sceneIndex, each]));
  const states = scenes.map(({ scene_index: index }) => stateOf(index, made.get(index), jobs));
  const scenario = useScenario(work);
  const note = useMay("change") ? noteScene : undefined;
  const narration = useNarration(value, project, work.state.value === "saved");
  const lengths = [...voiceSeconds(value)].join(" "); // of all voices: one may run into another
  const { assetUsageMode, selectedAssetIds, resolution, sound, language, editorState } = value;
  const basis = useKept([lengths, assetUsageMode, selectedAssetIds, resolution, sound, language, editorState.editorData, editorState.exportSettings]);
  const seconds = secondsShown(value);
  const { data: members } = useCast(value.projectId);
  const cardOf = useCards();
  const [selected, setSelected] = useState(/** @type {number[]} */ ([]));
  const [action, setAction] = useState(/** @type {Action | null} */ (null));
  useEffect(() => {
    loadProviders();
  }, []);

  const [handlers] = useState(() => ({
    select: (/** @type {number} */ index) =>
      setSelected((before) =>
        before.includes(index) ? before.filter((other) => other !== index) : [...before, index],
      ),
    act: (/** @type {string} */ kind, /** @type {number} */ index, /** @type {number} */ number) =>
      act(work, { kind, index, number }, setAction),
  }));
  const chosen = selected.filter((index) => scenes.some((scene) => scene.scene_index === index));

  if (!scenes.length) return html`<${Needs} right="change"><${NoScenes} work=${work} scenario=${scenario} onAdd=${() => add(work)} /><//>`;
  return html`<${Needs} right="change">
    <${Toolbar} ...${{ work, scenes, states, selected: chosen, scenario, jobs }} onClear=${() => setSelected([])} />
    <${SoundBar} ...${{ work, project, jobs, narration }} />
    <${ScenarioJob} scenario=${scenario} />
    <${Announcer} states=${states} />
    <ol class="storyboard" onFocusIn=${note} onFocusOut=${note}>
      ${scenes.map((scene, position) => {
        const index = scene.scene_index;
        return cardOf(addedIn(work).keyOf(index), {
          work,
          scene,
          made: made.get(index),
          number: position + 1,
          seconds: seconds.get(index),
          state: states[position],
          voice: voiceStateOf(index, made.get(index), jobs),
          spoken: givenLine(narration.get(index)),
          isOtherVoice: isOtherVoice(narration.get(index)),
          error: work.error.value,
          basis,
          members,
          isSelected: chosen.includes(index),
          onSelect: handlers.select,
          onAction: handlers.act,
          canMoveUp: position > 0,
          canMoveDown: position < scenes.length - 1,
        });
      })}
    </ol>
    <${Button} icon="plus" onClick=${() => add(work)}>${t("scenes.add")}<//>
    ${action &&
    html`<${Dialogs}
      key=${`${action.kind} ${action.index}`}
      work=${work}
      project=${project}
      action=${action}
      onAction=${setAction}
      onClose=${() => setAction(null)}
    />`}
  <//>`;
}

/**
 * Say which scene has the focus.
 * @param {FocusEvent} event
 */
function noteScene({ type, target, relatedTarget }) {
  const focused = /** @type {Element | null} */ (type === "focusin" ? target : relatedTarget);
  const card = focused?.closest(".storyboard > .scene");
  setEdited(card ? "scene" : null, card?.id.replace("scene-", ""));
}

/** How long each scene is shown: in the cut, or else with its voice. @param {any} work @returns {Map<number, number>} */
function secondsShown(work) {
  const seconds = secondsByScene(work);
  if (!isArranged(work.editorState)) return seconds;
  const clips = clipsInOrder(work.editorState).filter(({ assetId }) => !assetId);
  return new Map([...seconds, ...clips.toReversed().map((clip) => /** @type {const} */ ([clip.sceneIndex, clip.end - clip.start]))]);
}

/** When the cut shows a scene, in seconds. @param {any} work @param {number} index @returns {number[]} */
const timesInCut = ({ editorState }, index) =>
  clipsInOrder(editorState)
    .filter((clip) => !clip.assetId && clip.sceneIndex === index)
    .map(({ start }) => start);

/** @param {import("../../../documents/document.js").Document} work @param {number} [after] */
function add(work, after) {
  const index = addScene(work, after);
  requestAnimationFrame(() => document.querySelector(`#scene-${index} textarea`)?.scrollIntoView({ block: "center" }));
  requestAnimationFrame(() => /** @type {any} */ (document.querySelector(`#scene-${index} textarea`))?.focus());
}

/**
 * Run an item of a scene's menu, or ask for confirmation first.
 * @param {import("../../../documents/document.js").Document} work
 * @param {Action} action
 * @param {(action: Action) => void} ask
 */
function act(work, action, ask) {
  const { kind, index, number } = action;
  const value = work.value.value;
  if (kind === "moveUp" || kind === "moveDown") {
    const scenes = scenesOf(value);
    const position = scenes.findIndex((scene) => scene.scene_index === index);
    const other = scenes[position + (kind === "moveUp" ? -1 : 1)];
    if (other) swapScenes(work, index, other.scene_index);
  } else if (kind === "addAfter") add(work, index);
  else if (kind === "duplicate") duplicateScene(work, index).catch(toastError);
  else if (kind === "remove") remove(work, index, number);
  else ask(action);
}

/**
 * @param {import("../../../documents/document.js").Document} work
 * @param {number} index
 * @param {number} number
 */
function remove(work, index, number) {
  const times = timesInCut(work.value.value, index);
  const text = t("scenes.removed", { number });
  const used = times.length ? t("scenes.stillUsed", { times: formatList(times.map(formatDuration)) }) : "";
  const run = removeScene(work, index);
  toast([text, used].filter(Boolean).join(". "), { action: { label: t("scenes.undo"), run } });
}

/**
 * The dialogs of a scene: its takes, its voice, and confirmations.
 * @param {{work: import("../../../documents/document.js").Document, project: any, action: Action,
 *   onAction: (action: Action) => void, onClose: () => void}} props
 */
function Dialogs({ work, project, action, onAction, onClose }) {
  const { kind, index, number } = action;
  if (kind === "record") {
    const next = (/** @type {number} */ index, /** @type {number} */ number) => onAction({ kind, index, number });
    return html`<${Recording} ...${{ work, index, number, onClose }} onNext=${next} />`;
  }
  if (kind === "voice") {
    const scene = scenesOf(work.value.value).find((each) => each.scene_index === index);
    const use = (/** @type {string | null} */ voice) => editNarration(work, index, { voice });
    return html`<${LineVoice} ...${{ work, project, scene, number, onClose }} onUse=${use} />`;
  }
  if (kind === "takes") return html`<${Takes} ...${{ work, index, number, onClose }} />`;
  if (kind === "clipAnew") {
    return html`<${FormDialog}
      title=${t("scenes.clipAnewTitle", { number })}
      submit=${t("scenes.clipAnewSubmit")}
      danger
      onSubmit=${() => makeClipAnew(work, index)}
      onClose=${onClose}
    >
      <p>${t("scenes.clipAnewText")}</p>
    <//>`;
  }
  return null;
}

/**
 * Tells screen readers when the states of scenes change.
 * @param {{states: import("./scene-state.js").SceneState[]}} props
 */
function Announcer({ states }) {
  const [text, setText] = useState("");
  /** @type {{current: string[] | null}} */
  const before = useRef(null);
  const now = states.map(({ status }) => status);
  useEffect(() => {
    const known = before.current;
    before.current = now;
    if (!known) return;
    const changed = now.flatMap((status, position) =>
      status === known[position]
        ? []
        : [t("scenes.announce", { number: position + 1, state: nameIn("scenes.states", status) })],
    );
    if (changed.length) setText(changed.join(". "));
  }, [now.join()]);
  return html`<p class="visually-hidden" role="status">${text}</p>`;
}
