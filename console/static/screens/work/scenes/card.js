import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { useReadOnly } from "../../../components/access.js";
import { Boundary } from "../../../components/boundary.js";
import { Button, Icon, IconButton } from "../../../components/button.js";
import { Poster } from "../../../components/card.js";
import { Clip } from "../../../components/clip.js";
import { NumberField, SelectField, TextArea, TextField } from "../../../components/field.js";
import { FileButton, useDrop } from "../../../components/files.js";
import { Menu } from "../../../components/menu.js";
import { Notice, Reason } from "../../../components/notice.js";
import { PaidButton, PaidReason, usePayReason } from "../../../components/paid-button.js";
import { EditedBy } from "../../../components/presence.js";
import { Progress } from "../../../components/progress.js";
import { formatNumber, nameIn, t } from "../../../i18n.js";
import { PICTURES } from "../../../state/assets.js";
import { cancelJob } from "../../../state/jobs.js";
import { useRequest } from "../../../state/request.js";
import { toast, toastError } from "../../../state/toasts.js";
import { useUpload } from "../../../state/upload.js";
import { assetApi, sceneThumbnail, versioned, workPage } from "../../../urls.js";
import { transitionOptions } from "../fields.js";
import { MADE, canMake, directAsset, editScene, isMovingPhoto, makeScenes, pathOf, tryAgain } from "./actions.js";
import { SceneCast } from "./cast.js";
import { Line } from "./narration/line.js";
import { keptBy } from "./scene-state.js";

/**
 * The texts of a scene; saved as they are typed. `children` are between the prompts and the details. A photo
 * that moves by itself needs no prompts: they are among its details.
 * @param {{work: import("../../../documents/document.js").Document, scene: import("./actions.js").Scene,
 *   number: number, error: import("../../../api.js").ApiError | null, isPhoto: boolean, children?: any}} props  `number` counts from 1
 */
function Prompts({ work, scene, number, error, isPhoto, children }) {
  const index = scene.scene_index;
  const field = (/** @type {keyof import("./actions.js").Scene} */ name) => ({
    value: scene[name] ?? "",
    error: error?.fields[`scenes.${number - 1}.${name}`],
    onInput: (/** @type {any} */ value) => editScene(work, index, { [name]: value }),
  });
  const transition = scene.transition ?? "cut";
  const prompts = html`<div class="scene-prompts">
    <${TextArea} rows="2" label=${t("scenes.imagePrompt")} placeholder=${t("scenes.imagePromptHint")} ...${field("image_prompt")} />
    <${TextArea} rows="2" label=${t("scenes.videoPrompt")} placeholder=${t("scenes.videoPromptHint")} ...${field("video_prompt")} />
  </div>`;
  return html`${!isPhoto && prompts}
    ${children}
    <details class="scene-details">
      <summary>${t(isPhoto ? "scenes.photoDetails" : "scenes.details")}</summary>
      <div class="scene-fields">
        <${NumberField}
          label=${t(isPhoto ? "scenes.durationAtLeast" : "scenes.duration")}
          unit="s"
          min="0.5"
          max="600"
          step="any"
          ...${field("duration_seconds")}
          onInput=${(/** @type {number | null} */ seconds) =>
            seconds !== null && editScene(work, index, { duration_seconds: seconds })}
        />
        <${SelectField}
          label=${t("scenes.transition")}
          ...${field("transition")}
          value=${transition}
          options=${transitionOptions(transition)}
        />
        <${TextField} label=${t("scenes.overlay")} ...${field("text_overlay")} />
        <${TextField} label=${t("scenes.negative")} ...${field("negative_prompt")} />
      </div>
      ${isPhoto && prompts}
    </details>`;
}

const NARROWEST = 9 / 16; // width / height
const WIDEST = 16 / 9;

/**
 * A scene's picture, small, and its clip, which is loaded when it is played. A scene that has neither
 * shows the photo that it will be made of.
 * @param {{work: any, index: number, number: number, made: any}} props `made` is its entry in `generatedScenes`
 */
function Frame({ work, index, number, made }) {
  const [playing, setPlaying] = useState(false);
  useEffect(() => setPlaying(false), [made?.videoUrl, made?.mediaUpdatedAt]);
  const { id, resolution } = work;
  const ratio = Math.min(WIDEST, Math.max(NARROWEST, resolution.width / resolution.height));
  const thumbnail = sceneThumbnail(work, index);
  const photo = directAsset(work, index);
  const picture = thumbnail ?? (photo && `${assetApi(work.projectId, photo)}/thumbnail`);
  return html`<div class=${`scene-frame ${playing ? "playing" : ""}`} style=${{ "--ratio": ratio }}>
    ${playing
      ? html`<${Clip}
          class="scene-video"
          src=${versioned(made.videoUrl, made)}
          poster=${thumbnail}
          aria-label=${t("scenes.play", { number })}
          controls
          autoplay
          playsinline
        />`
      : html`<${Poster} src=${picture} id=${`${id}-${number}`} icon="image" />`}
    ${made?.videoUrl &&
    !playing &&
    html`<button type="button" class="scene-play" aria-label=${t("scenes.play", { number })} onClick=${() => setPlaying(true)}>
      <${Icon} name="play" />
    </button>`}
  </div>`;
}

const ICONS = {
  pending: "image",
  queued: "clock",
  image: "loader-circle",
  image_ready: "image",
  video: "loader-circle",
  done: "circle-check",
  error: "circle-alert",
  interrupted: "circle-alert",
};

/**
 * @typedef {object} CardProps
 * @property {import("../../../documents/document.js").Document} work
 * @property {import("./actions.js").Scene} scene
 * @property {any} made the scene's entry in `generatedScenes`
 * @property {number} number counts from 1
 * @property {number | undefined} seconds how long it lasts, with its voice
 * @property {import("./scene-state.js").SceneState} state
 * @property {import("./narration/actions.js").VoiceState} voice
 * @property {string | null} spoken what the scene's voice says, if that is known
 * @property {boolean} isOtherVoice whether another voice is to speak by now
 * @property {import("../../../state/cast.js").Member[] | null} members of the project's cast
 * @property {boolean} isSelected
 * @property {import("../../../api.js").ApiError | null} error of the last save
 * @property {any[]} basis what of the work beside its scenes is shown; the same list until that changes
 * @property {(index: number) => void} onSelect
 * @property {(kind: string, index: number, number: number) => void} onAction takes, remove, …
 * @property {boolean} canMoveUp
 * @property {boolean} canMoveDown
 */

const ACCEPTED = `${PICTURES},video/mp4,video/webm,video/quicktime,video/x-msvideo,.mov,.avi`;
const IMAGE = /^image\/(png|jpeg|webp|heic|heif)$/;
const IMAGE_NAME = /\.hei[cf]$/i; // for which some systems know no type
const VIDEO = /^video\/(mp4|webm|quicktime|x-msvideo|avi|msvideo)$/;
const VIDEO_NAME = /\.(mp4|webm|mov|avi)$/i;

/**
 * A scene: its picture or clip beside its prompts. It reads the work only where it acts: what it shows is in its
 * properties, so that a change of another scene does not render it again.
 * @param {CardProps} props
 */
export function SceneCard(props) {
  return html`<${Boundary} as="li" of=${props.scene}><${Card} ...${props} /><//>`;
}

/** @param {CardProps} props */
function Card(props) {
  const { work, scene, made, number, state, onAction } = props;
  const index = scene.scene_index;
  const media = `${pathOf(work)}/media/scene/${index}`;
  const isReadOnly = useReadOnly();
  const making = useRequest();
  const unpaid = usePayReason(MADE);
  const uploading = useFile(media, number, work);
  const { isOver, handlers } = useDrop(uploading.choose);
  const again = () => making.run(() => tryAgain(work, index, state.job));
  const isPhoto = isMovingPhoto(work.value.peek(), scene) && !made?.videoUrl;
  const length = made?.videoUrl ? scene.duration_seconds : props.seconds; // of a clip, that of the next one
  const isOnlyPhoto = (isPhoto && state.status === "image_ready") || (state.status === "pending" && directAsset(work.value.peek(), index) !== null);
  const kept = state.isBusy ? undefined : keptBy(state.job, index);
  return html`<li class=${`scene ${state.status} ${isOver ? "over" : ""}`} id=${`scene-${index}`} ...${handlers}>
    <div class="scene-side">
      <${Frame} ...${{ work: work.value.peek(), index, number, made }} />
    </div>
    <div class="scene-main">
      <header class="scene-header">
        <label class="scene-select">
          ${!isReadOnly && html`<input
            type="checkbox"
            checked=${props.isSelected}
            aria-label=${t("scenes.select", { number })}
            onChange=${() => props.onSelect(index)}
          />`}
          <h3>${t("scenes.scene", { number })}</h3>
        </label>
        <span class="scene-length">${length ? `${formatNumber(Math.round(length * 10) / 10)} s` : ""}</span>
        <${State} state=${state} number=${number} upload=${uploading.upload} isPhoto=${isOnlyPhoto} />
        <${EditedBy} kind="scene" id=${String(index)} />
        <span class="scene-actions">
          <${Make} ...${props} making=${making} isPhoto=${isPhoto} />
          <${FileButton}
            as=${IconButton}
            icon="upload"
            label=${t("scenes.uploadName", { number })}
            accept=${ACCEPTED}
            onFiles=${uploading.choose}
          />
          <${IconButton}
            reading
            icon="history"
            label=${t("scenes.takesName", { number })}
            onClick=${() => onAction("takes", index, number)}
          />
          <${Menu} label=${t("scenes.actions", { number })} items=${[...(isPhoto && !state.isBusy ? [clipItem(props, making, unpaid)] : []), ...itemsOf(props, unpaid)]} />
        </span>
      </header>
      <${Prompts} ...${{ work, scene, number, isPhoto }} error=${props.error}>
        <${SceneCast} ...${{ work, scene, number }} members=${props.members} error=${props.error?.fields[`scenes.${number - 1}.cast`]} />
        <${Line} ...${{ work, scene, made, number, error: props.error, voice: props.voice, spoken: props.spoken, isOtherVoice: props.isOtherVoice, onAction }} />
      <//>
      ${state.reason &&
      html`<${PaidReason}
        roles=${MADE}
        text=${state.reason}
        busy=${making.busy}
        label=${t("scenes.againName", { number })}
        onAgain=${again}
      />`}
      ${making.error && html`<${PaidReason} roles=${MADE} text=${making.error.text} onAgain=${making.again} label=${t("scenes.againName", { number })} />`}
      ${uploading.upload.error && html`<${Reason} text=${uploading.upload.error.text} />`}
      ${kept && html`<${Notice}><p>${kept.note} <a href=${kept.url} target="_blank">${t("scenes.atLost")} ${kept.role}</a></p><//>`}
    </div>
  </li>`;
}

/** @param {CardProps & {making: ReturnType<typeof useRequest>, isPhoto: boolean}} props */
function Make({ work, scene, made, number, state, making, isPhoto }) {
  const index = scene.scene_index;
  if (state.isBusy) {
    const { job } = state;
    const isAlone = job?.request.sceneIndexes.length === 1;
    return isAlone && html`<${Button} key="cancel" small icon="x" aria-label=${t("scenes.cancelName", { number })} onClick=${() => cancelJob(job).catch(toastError)}>${t("common.cancel")}<//>`;
  }
  if (state.reason || isPhoto) return null; // there is "Try again", or it is in the menu
  const action = t(made?.videoUrl ? "scenes.makeAgain" : made?.imageUrl ? "scenes.makeClip" : "scenes.make");
  const isReady = canMake(work.value.peek(), scene);
  // Not the same element as "Cancel": pressing that twice must not start a new job.
  return html`<${PaidButton}
    key="make"
    roles=${MADE}
    data-no-refocus
    small
    icon=${made?.videoUrl ? "refresh-cw" : "sparkles"}
    busy=${making.busy}
    disabled=${!isReady}
    title=${isReady ? undefined : t("scenes.needsPrompt")}
    aria-label=${t("scenes.makeName", { action, number })}
    onClick=${() => making.run(() => makeScenes(work, [index]))}
    >${action}<//
  >`;
}

/**
 * The progress of an upload, or else the state of the scene.
 * @param {{state: import("./scene-state.js").SceneState, number: number,
 *   upload: import("../../../state/upload.js").Upload, isPhoto: boolean}} props
 *   `isPhoto`: only the user's photo is there
 */
function State({ state, number, upload, isPhoto }) {
  if (upload.running) {
    const { name, fraction } = upload.running;
    const label = t("work.uploading", { name });
    return html`<div class="scene-state">
      <span class="scene-state-line">
        <${Icon} name="upload" /><span class="cut">${label}</span>
        <${IconButton} icon="x" label=${t("common.cancel")} onClick=${upload.cancel} />
      </span>
      <${Progress} label=${label} value=${fraction * 100} />
    </div>`;
  }
  const text = nameIn("scenes.states", isPhoto ? "photo" : state.status);
  const icon = ICONS[state.status] ?? (state.isBusy ? "loader-circle" : "circle-help");
  const shown = state.percent === null ? text : t("scenes.percent", { state: text, percent: state.percent });
  return html`<div class="scene-state">
    <span class="scene-state-line">
      <${Icon} name=${icon} class=${icon === "loader-circle" ? "spin" : ""} /><span>${shown}</span>
    </span>
    ${state.isBusy && html`<${Progress} label=${t("scenes.announce", { number, state: text })} value=${state.percent} />`}
  </div>`;
}

/**
 * A photo that moves by itself becomes a clip only if somebody asks for it.
 * @param {CardProps} props @param {ReturnType<typeof useRequest>} making @param {string | undefined} unpaid
 */
const clipItem = ({ work, scene }, making, unpaid) => ({
  label: t("scenes.makeClip"),
  icon: "sparkles",
  reason: unpaid,
  onSelect: () => making.run(() => makeScenes(work, [scene.scene_index])),
});

/**
 * @param {CardProps} props @param {string | undefined} unpaid why nothing may be made
 * @returns {(import("../../../components/menu.js").MenuItem | null)[]}
 */
function itemsOf({ work, scene, made, number, state, canMoveUp, canMoveDown, onAction }, unpaid) {
  const item = (/** @type {string} */ kind, /** @type {string} */ icon, label = t(`scenes.${kind}`)) => ({
    label,
    icon,
    danger: kind === "remove",
    onSelect: () => onAction(kind, scene.scene_index, number),
  });
  const items = [];
  if (made?.videoUrl && made.imageUrl && !state.isBusy) items.push({ ...item("clipAnew", "video"), reason: unpaid });
  if (canMoveUp) items.push(item("moveUp", "arrow-up"));
  if (canMoveDown) items.push(item("moveDown", "arrow-down"));
  if (made?.videoUrl || made?.imageUrl) items.push({ label: t("scenes.order"), icon: "arrow-up-down", href: editorOf(work) });
  items.push(item("addAfter", "plus"));
  if (!state.isBusy) items.push(item("duplicate", "copy"));
  return [...items, null, item("remove", "trash-2")];
}

/**
 * The editor, in which scenes with media are reordered: their files belong to their indexes.
 * @param {CardProps["work"]} work
 */
function editorOf({ value }) {
  const { projectId, id } = value.peek();
  return workPage(projectId, id, "edit");
}

/**
 * Upload a file as the scene's picture or clip.
 * @param {string} media
 * @param {number} number
 * @param {import("../../../documents/document.js").Document} work
 */
function useFile(media, number, work) {
  const upload = useUpload();
  const choose = async (/** @type {File[]} */ [file]) => {
    if (!file) return;
    const kind = kindOf(file);
    if (!kind) {
      toast(t("scenes.wrongType", { name: file.name }), { kind: "error" });
      return;
    }
    if (!(await upload.start("PUT", `${media}/${kind}`, file, file.name))) return;
    toast(t("scenes.uploaded", { name: file.name, number }));
    await work.refresh();
  };
  return { upload, choose };
}

/** @param {File} file @returns {"image" | "video" | null} */
function kindOf(file) {
  if (IMAGE.test(file.type) || (!file.type && IMAGE_NAME.test(file.name))) return "image";
  return VIDEO.test(file.type) || (!file.type && VIDEO_NAME.test(file.name)) ? "video" : null;
}
