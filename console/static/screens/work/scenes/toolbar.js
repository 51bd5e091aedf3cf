import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { useReadOnly } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { Dialog, FormDialog } from "../../../components/dialogs.js";
import { SelectField } from "../../../components/field.js";
import { Menu } from "../../../components/menu.js";
import { offeredModels, retirementText } from "../../../components/models.js";
import { Notice } from "../../../components/notice.js";
import { PaidButton, PaidReason, PayNotice, usePayReason } from "../../../components/paid-button.js";
import { Progress } from "../../../components/progress.js";
import { formatNumber, t } from "../../../i18n.js";
import { ROLES, choices, choose, providerOf, providersOf } from "../../../state/choices.js";
import { cancelJob, isActive } from "../../../state/jobs.js";
import { useRequest } from "../../../state/request.js";
import { toastError } from "../../../state/toasts.js";
import { secondsOfScenes } from "../../../timeline/placed-clips.js";
import { clipsInOrder, isArranged } from "../../../timeline/editor-state.js";
import { LLM, MADE, canMake, isMovingPhoto, makeScenes, usePhotos, withoutPhoto } from "./actions.js";

/** @typedef {import("../../../state/providers.js").Role} Role */

/** In the order of the work. @type {Role[]} */
const SHOWN = ["llm", "image", "video", "speech", "music", "sound", "transcription", "vision"];
/** Roles whose results a demo replaces by placeholders. @type {Role[]} */
const PLACEHOLDERS = ["image", "video"];

/** The provider and model of each role. @param {{onClose: () => void}} props */
function Models({ onClose }) {
  return html`<${Dialog} title=${t("scenes.modelsTitle")} onClose=${onClose}>
    <div class="stack">
      <p class="quiet">${t("scenes.modelsText")} <a href="/settings/providers">${t("scenes.modelsKeys")}</a></p>
      ${SHOWN.map((role) => html`<${RoleField} role=${role} />`)}
    </div>
  <//>`;
}

/** @param {{role: Role}} props */
function RoleField({ role }) {
  const offered = providersOf(role);
  if (!offered.length) return null;
  const chosen = choices.value[role];
  const standard = chosen ? undefined : providerOf(role, ROLES); // as requests name it
  const options = offered.flatMap((provider) =>
    offeredModels(provider, chosen?.model).map((model) => ({
      value: `${provider.id} ${model.id}`,
      label: provider.name === model.name ? model.name : t("scenes.modelOf", { provider: provider.name, model: model.name }),
    })),
  );
  const none = standard ? t("scenes.modelDefault", { name: standard.name }) : t("scenes.modelDefaultUnknown");
  const set = (/** @type {string} */ value) => {
    const [provider, model] = value.split(" ");
    choose(role, value ? { provider, model } : null);
  };
  return html`<${SelectField}
    label=${t(`scenes.roles.${role}`)}
    hint=${retirementText(providerOf(role, ROLES), chosen?.model)}
    value=${chosen ? `${chosen.provider} ${chosen.model ?? ""}` : ""}
    options=${[{ value: "", label: none }, ...options]}
    onInput=${set}
  />`;
}

/** Says that pictures and clips are placeholders, if they are, to those who can make them. */
export function DemoNotice() {
  if (useReadOnly()) return null;
  if (PLACEHOLDERS.some((role) => providerOf(role, PLACEHOLDERS)?.id !== "demo")) return null;
  return html`<${Notice}>${t("scenes.demo")} <a href="/settings/providers">${t("scenes.demoKey")}</a><//>`;
}

/**
 * A summary of all scenes, and actions on several of them.
 * @param {{work: import("../../../documents/document.js").Document, scenes: import("./actions.js").Scene[],
 *   states: import("./scene-state.js").SceneState[], selected: number[],
 *   scenario: import("./index.js").Scenario, jobs: import("../../../state/jobs.js").Job[],
 *   onClear: () => void}} props
 */
export function Toolbar({ work, scenes, states, selected, scenario, jobs, onClear }) {
  const [opened, setOpened] = useState("");
  const making = useRequest();
  const photos = withoutPhoto(work.value.value);
  const isPhotos = scenes.every((scene) => isMovingPhoto(work.value.value, scene)); // which need no models
  const unpaid = usePayReason(LLM);
  const count = scenes.length;
  const done = states.filter(({ status }) => status === "done").length;
  const photoCount = scenes.filter((scene, position) => isMovingPhoto(work.value.value, scene) && states[position].status === "image_ready").length;
  const { editorState } = work.value.value;
  const isCut = isArranged(editorState);
  const seconds = isCut ? Math.max(0, ...clipsInOrder(editorState).map(({ end }) => end)) : secondsOfScenes(work.value.value);
  const parts = [
    ...(photoCount ? [t("scenes.photos", { count: photoCount })] : []),
    ...(photoCount < count ? [t("scenes.clips", { done, count: count - photoCount })] : []),
    t(isCut ? "scenes.secondsOfCut" : "scenes.seconds", { seconds: formatNumber(Math.round(seconds * 10) / 10) }),
  ];
  const missing = scenes
    .filter((scene, position) => isMissing(states[position], scene) && canMake(work.value.value, scene))
    .map((scene) => scene.scene_index);
  const indexes = selected.length ? selected : missing;
  const make = async () => {
    await makeScenes(work, indexes);
    onClear();
  };
  return html`<div class="scenes-bar">
      <div class="scenes-sum">
        <h2>${t("scenes.title", { count })}</h2>
        <p>${parts.join(" · ")}</p>
      </div>
      <div class="scenes-tools">
        ${isPhotos
          ? html`<${Menu} label=${t("scenes.moreForAll")} items=${[
              { label: t("scenes.models"), icon: "cpu", onSelect: () => setOpened("models") },
              { label: t("scenes.writeAgain"), icon: "wand-sparkles", reason: unpaid, onSelect: () => setOpened("write") },
            ]} />`
          : html`<${Button} kind="quiet" icon="cpu" onClick=${() => setOpened("models")}>${t("scenes.models")}<//>
              <${PaidButton} roles=${LLM} icon="wand-sparkles" busy=${scenario.isBusy} onClick=${() => setOpened("write")}>${t("scenes.writeAgain")}<//>`}
        ${selected.length > 0 && html`<${Button} kind="quiet" icon="x" onClick=${onClear}>${t("scenes.selectNone")}<//>`}
        ${photos.length > 0 &&
        html`<${Button} icon="image" title=${t("scenes.usePhotosHint")} onClick=${() => making.run(() => usePhotos(work, photos))}>
          ${t("scenes.usePhotos", { count: photos.length })}
        <//>`}
        ${indexes.length > 0 &&
        html`<${PaidButton} roles=${MADE} kind="primary" icon="sparkles" busy=${making.busy} onClick=${() => making.run(make)}>
          ${t(selected.length ? "scenes.makeSelected" : "scenes.makeMissing", { count: indexes.length })}
        <//>`}
      </div>
    </div>
    <${Running} jobs=${jobs} />
    ${making.error && html`<${PaidReason} roles=${MADE} text=${making.error.text} onAgain=${making.again} />`}
    ${!isPhotos && html`<${DemoNotice} />`}
    <${PayNotice} roles=${MADE} project=${work.value.value.projectId} />
    ${opened === "models" && html`<${Models} onClose=${() => setOpened("")} />`}
    ${opened === "write" && html`<${WriteAgain} ...${{ work, count, scenario }} onClose=${() => setOpened("")} />`}`;
}

/**
 * Whether a scene lacks its clip; a picture that moves by itself does without.
 * @param {import("./scene-state.js").SceneState} state @param {import("./actions.js").Scene} scene
 */
const isMissing = ({ status, isBusy }, { motion }) => !isBusy && status !== "done" && !(motion && status === "image_ready");

/** The progress of jobs for several scenes. @param {{jobs: import("../../../state/jobs.js").Job[]}} props */
function Running({ jobs }) {
  const active = jobs.filter((job) => isActive(job) && job.kind === "scenes" && job.request.sceneIndexes.length > 1);
  return active.map((job) => {
    const clips = job.calls.filter(({ role }) => role === "video");
    const done = clips.filter(({ state }) => state === "done" || state === "skipped").length;
    const label = t("scenes.running", { done, count: clips.length });
    return html`<div class="making" key=${job.id}>
      <span>${label}</span>
      <${Progress} label=${label} value=${job.progress.percent} />
      <${Button} small onClick=${() => cancelJob(job).catch(toastError)}>${t("scenes.cancelAll")}<//>
    </div>`;
  });
}

/**
 * @param {{work: import("../../../documents/document.js").Document, count: number,
 *   scenario: import("./index.js").Scenario, onClose: () => void}} props
 */
function WriteAgain({ work, count, scenario, onClose }) {
  const hasMedia = work.value.value.generatedScenes.some((/** @type {any} */ made) => made.imageUrl || made.videoUrl);
  return html`<${FormDialog}
    title=${t("scenes.writeAgainTitle")}
    submit=${t("scenes.write")}
    onSubmit=${scenario.write}
    onClose=${onClose}
  >
    <div class="prose">
      <p>${t("scenes.writeAgainText", { count })}</p>
      ${hasMedia && html`<p>${t("scenes.writeAgainMedia")}</p>`}
    </div>
  <//>`;
}
