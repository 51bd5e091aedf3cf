import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Needs, useMay } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { DeleteDialog, FormDialog } from "../../../components/dialogs.js";
import { formatDuration, formatList, nameIn, t } from "../../../i18n.js";
import { jobsOf } from "../../../state/jobs.js";
import { setEdited } from "../../../state/presence.js";
import { loadProviders } from "../../../state/providers.js";
import { toast } from "../../../state/toasts.js";
import { clipsInOrder } from "../../../timeline/editor-state.js";
import { voiceSeconds } from "../../../timeline/voices.js";
import {
  addScene,
  madeOf,
  makeClipAnew,
  removeScene,
  restoreScene,
  scenesOf,
  swapScenes,
} from "./actions.js";
import "../../../i18n/sound.js";
import { useNarration } from "../../../state/narration.js";
import { addedIn } from "./added-scenes.js";
import { useCards, useKept } from "./cards.js";
import { editNarration } from "./narration/actions.js";
import { givenLine, isOtherVoice } from "./narration/fit.js";
import { LineVoice } from "./narration/narrator.js";
import { SoundBar } from "./narration/sound-bar.js";
import { voiceStateOf } from "./narration/voice-state.js";
import { NoScenes, ScenarioJob, useScenario } from "./scenario.js";
import { stateOf } from "./scene-state.js";
import { Recording } from "./recording/index.js";
import { Takes } from "./takes.js";
import { Toolbar } from "./toolbar.js";

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
          state: states[position],
          voice: voiceStateOf(index, made.get(index), jobs),
          spoken: givenLine(narration.get(index)),
          isOtherVoice: isOtherVoice(narration.get(index)),
          error: work.error.value,
          basis,
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

/** When the cut shows a scene, in seconds. @param {any} work @param {number} index @returns {number[]} */
const timesInCut = ({ editorState }, index) =>
  clipsInOrder(editorState)
    .filter((clip) => !clip.assetId && clip.sceneIndex === index)
    .map(({ start }) => start);

/** @param {any} made */
const hasMedia = (made) => Boolean(made?.imageUrl || made?.videoUrl || made?.voiceUrl);

/** @param {import("../../../documents/document.js").Document} work */
function add(work) {
  const index = addScene(work);
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
  } else if (kind === "remove" && !hasMedia(madeOf(value, index)) && !timesInCut(value, index).length) removeWithUndo(work, index, number);
  else ask(action);
}

/**
 * @param {import("../../../documents/document.js").Document} work
 * @param {number} index
 * @param {number} number
 */
function removeWithUndo(work, index, number) {
  const { scenes } = work.value.value;
  const place = scenes.findIndex((/** @type {any} */ each) => each.scene_index === index);
  const scene = scenes[place];
  work.edit({ scenes: scenes.filter((/** @type {any} */ each) => each !== scene) });
  const run = () => restoreScene(work, scene, place);
  toast(t("scenes.removed", { number }), { action: { label: t("scenes.undo"), run } });
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
  const remove = async () => {
    await removeScene(work, index);
    toast(t("scenes.removed", { number }));
  };
  const times = timesInCut(work.value.value, index);
  return html`<${DeleteDialog} title=${t("scenes.removeTitle", { number })} onSubmit=${remove} onClose=${onClose}>
    <p>${t("scenes.removeText")}</p>
    ${times.length > 0 &&
    html`<p>${t("scenes.removeUsed", { count: times.length, times: formatList(times.map(formatDuration)) })}</p>`}
  <//>`;
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
