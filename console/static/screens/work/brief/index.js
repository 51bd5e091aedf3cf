import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { del } from "../../../api.js";
import { Needs, useReadOnly } from "../../../components/access.js";
import { Button, Icon, IconButton } from "../../../components/button.js";
import { Clip } from "../../../components/clip.js";
import { DeleteDialog } from "../../../components/dialogs.js";
import { NumberField, SelectField, TextArea, TextField } from "../../../components/field.js";
import { FileButton, useDrop } from "../../../components/files.js";
import { Notice, Reason } from "../../../components/notice.js";
import { PaidButton, PaidReason } from "../../../components/paid-button.js";
import { Progress, UploadProgress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { cancelJob, isActive } from "../../../state/jobs.js";
import { loadProviders } from "../../../state/providers.js";
import { toast, toastError } from "../../../state/toasts.js";
import { useUpload } from "../../../state/upload.js";
import { useWorkJob } from "../../../state/work-job.js";
import { hasOwnSize, sizeOf } from "../../../timeline/size.js";
import { workApi } from "../../../urls.js";
import { SizeField } from "../fields.js";
import { Assets } from "./assets.js";

/** @typedef {import("../../../documents/document.js").Document} Document */

/** @type {import("../../../state/providers.js").Role[]} */
const VISION = ["vision"];

/**
 * Have the stored reference video analysed; the service puts the result into the work.
 * @param {Document} work
 */
function useAnalysis(work) {
  const { job, isBusy, reason, run, order, repeat, canRepeat } = useWorkJob(work, "analysis", !work.value.value.analysis);
  const started = useRef("");
  const remember = async (/** @type {typeof order} */ action) => {
    started.current = (await action()).id;
  };
  useEffect(() => {
    if (job?.state !== "succeeded" || job.id !== started.current) return;
    started.current = "";
    toast(t("brief.reference.done"));
  }, [job?.state, job?.id]);
  return { job, isBusy, reason, start: () => run(() => remember(order)), again: canRepeat ? () => run(() => remember(repeat)) : undefined };
}

/**
 * The analysis, or its progress.
 * @param {{work: Document, analysis: ReturnType<typeof useAnalysis>}} props
 */
function Analysis({ work, analysis }) {
  const { job, isBusy, reason, again } = analysis;
  const found = work.value.value.analysis;
  if (isBusy) {
    const label = t("brief.reference.analyzing");
    return html`<div class="making" role="status">
        <span>${label}</span>
        <${Progress} label=${label} />
        ${job && isActive(job) && html`<${Button} small onClick=${() => cancelJob(job).catch(toastError)}>${t("common.cancel")}<//>`}
      </div>
      <p class="hint">${t("brief.reference.waits")}</p>`;
  }
  return html`${reason && html`<${PaidReason} roles=${VISION} text=${reason} onAgain=${again} />`}
  ${found && html`<${Result} analysis=${found} onRemove=${() => remove(work)} />`}`;
}

/** @param {Document} work */
function remove(work) {
  const { analysis } = work.value.value;
  work.edit({ analysis: null });
  const run = () => work.edit({ analysis });
  toast(t("brief.analysis.removed"), { action: { label: t("scenes.undo"), run } });
}

/** @param {{analysis: any, onRemove: () => void}} props */
function Result({ analysis, onRemove }) {
  return html`<details class="analysis" open>
    <summary>
      <h3>${t("brief.analysis.title")}</h3>
      <span class="quiet">${t("brief.analysis.scenes", { count: analysis.scenes.length })}</span>
    </summary>
    <dl>
      <dt>${t("brief.analysis.tone")}</dt>
      <dd dir="auto">${analysis.overall_tone}</dd>
      <dt>${t("brief.analysis.tempo")}</dt>
      <dd dir="auto">${analysis.tempo}</dd>
      <dt>${t("brief.analysis.colors")}</dt>
      <dd class="swatches">${analysis.color_palette.map((/** @type {string} */ color) => html`<${Swatch} color=${color} />`)}</dd>
      <dt>${t("brief.analysis.texts")}</dt>
      <dd>${t(analysis.has_text_overlay ? "brief.analysis.yes" : "brief.analysis.no")}</dd>
    </dl>
    <ol class="shots">
      ${analysis.scenes.map(
        (/** @type {any} */ shot) =>
          html`<li><span class="quiet">${shot.duration_seconds} s</span> <bdi>${shot.description}</bdi></li>`,
      )}
    </ol>
    <${Button} small kind="quiet" icon="trash-2" onClick=${onRemove}>${t("brief.analysis.remove")}<//>
  </details>`;
}

/** A colour, or the word that the model uses for it. @param {{color: string}} props */
function Swatch({ color }) {
  const isColor = /^#[0-9a-f]{3,8}$/i.test(color);
  return html`<span class="swatch" dir="auto">${isColor && html`<span style=${{ background: color }}></span>`}${color}</span>`;
}

const ACCEPTED = "video/mp4,video/webm,video/quicktime,video/x-msvideo,.mov,.avi";
const MODES = ["style_transfer", "content_remix"];

/** The reference video and its analysis. @param {{work: Document}} props */
function Reference({ work }) {
  const { projectId, id, hasReferenceVideo, mode } = work.value.value;
  const path = `${workApi(projectId, id)}/media/reference`;
  const upload = useUpload();
  const analysis = useAnalysis(work);
  const [version, setVersion] = useState(0);
  const [deleting, setDeleting] = useState(false);
  const send = async (/** @type {File[]} */ [file]) => {
    if (!file || !(await upload.start("PUT", path, file, file.name))) return;
    setVersion((before) => before + 1);
    await work.refresh();
  };
  const remove = async () => {
    await del(path);
    await work.refresh();
  };
  const isBusy = Boolean(upload.running);
  if (useReadOnly() && !hasReferenceVideo) return null;
  return html`<section class="panel stack" aria-labelledby="brief-reference">
    <header>
      <h2 id="brief-reference">${t("brief.reference.title")} <span class="optional">${t("common.optional")}</span></h2>
      <p class="quiet">${t("brief.reference.text")}</p>
    </header>
    ${hasReferenceVideo &&
    html`<${Clip}
      class="reference-video"
      src=${`${path}?v=${version}`}
      fallback=${html`<${Notice} kind="warning">${t("brief.reference.unplayable")}<//>`}
      aria-label=${t("brief.reference.title")}
      controls
      playsinline
      preload="metadata"
    />`}
    <${UploadProgress} upload=${upload} />
    ${!hasReferenceVideo && !isBusy && html`<${DropArea} onFiles=${send} />`}
    ${upload.error && html`<${Reason} text=${upload.error.text} />`}
    ${hasReferenceVideo &&
    !isBusy &&
    html`<div class="row">
        <${PaidButton} roles=${VISION} kind=${work.value.value.analysis ? "plain" : "primary"} icon="sparkles" busy=${analysis.isBusy} onClick=${analysis.start}>
          ${t(work.value.value.analysis ? "brief.reference.analyzeAgain" : "brief.reference.analyze")}
        <//>
        <${FileButton} icon="upload" accept=${ACCEPTED} onFiles=${send}>${t("brief.reference.replace")}<//>
        <${IconButton} icon="trash-2" label=${t("common.delete")} onClick=${() => setDeleting(true)} />
      </div>
      <${SelectField}
        label=${t("brief.reference.mode")}
        value=${mode}
        options=${MODES.map((value) => ({ value, label: t(`brief.reference.modes.${value}`) }))}
        onInput=${(/** @type {string} */ value) => work.edit({ mode: value })}
      />`}
    <${Analysis} work=${work} analysis=${analysis} />
    ${deleting &&
    html`<${DeleteDialog} title=${t("brief.reference.deleteTitle")} onSubmit=${remove} onClose=${() => setDeleting(false)}>
      <p>${t("brief.reference.deleteText")}</p>
    <//>`}
  </section>`;
}

/** @param {{onFiles: (files: File[]) => void}} props */
function DropArea({ onFiles }) {
  const { isOver, handlers } = useDrop(onFiles);
  return html`<div class=${`drop ${isOver ? "over" : ""}`} ...${handlers}>
    <${Icon} name="video" />
    <${FileButton} icon="upload" accept=${ACCEPTED} onFiles=${onFiles}>${t("brief.reference.add")}<//>
    <p class="hint">${t("brief.reference.drop")}</p>
  </div>`;
}

const PROMPTS = ["systemPrompt", "imageSystemPrompt", "videoSystemPrompt", "analyzerPrompt"];

/** The brief, saved as it is typed. @param {{work: Document}} props */
export default function Brief({ work }) {
  useEffect(() => {
    loadProviders();
  }, []);
  return html`<${Needs} right="change"><div class="columns">
      <div class="stack">
        <${About} work=${work} />
        <${Assets} work=${work} />
        <${Reference} work=${work} />
      </div>
      <div class="stack">
        <${Shape} work=${work} />
        <${Instructions} work=${work} />
      </div>
    </div><//>`;
}

/** @param {{work: Document}} props */
function About({ work }) {
  const text = textProps(work);
  return html`<section class="panel stack" aria-labelledby="brief-about">
    <h2 id="brief-about">${t("brief.about")}</h2>
    <${TextField} label=${t("brief.name")} maxlength="500" ...${text("name")} />
    <${TextField} label=${t("brief.productName")} ...${text("productName")} />
    <${TextArea}
      label=${t("brief.description")}
      hint=${t("brief.descriptionHint")}
      rows="6"
      ...${text("productDescription")}
    />
    <div class="pair">
      <${TextField} label=${t("brief.audience")} optional ...${text("targetAudience")} />
      <${TextField} label=${t("brief.language")} optional maxlength="500" placeholder="English" ...${text("language")} />
    </div>
  </section>`;
}

/** @param {{work: Document}} props */
function Shape({ work }) {
  const { assetUsageMode, selectedAssetIds } = work.value.value;
  const isCounted = assetUsageMode === "direct" && selectedAssetIds.length > 0; // by the service
  const number = numberProps(work);
  return html`<section class="panel stack" aria-labelledby="brief-shape">
    <h2 id="brief-shape">${t("brief.shape")}</h2>
    <${Size} work=${work} />
    <div class="pair">
      <${NumberField} label=${t("brief.duration")} unit="s" min="1" max="3600" step="any" ...${number("videoDuration")} />
      <${NumberField}
        label=${t("brief.sceneCount")}
        hint=${isCounted ? t("brief.sceneCountDirect") : undefined}
        disabled=${isCounted}
        min="1"
        max="1000"
        step="1"
        ...${number("sceneCount")}
        value=${isCounted ? selectedAssetIds.length : work.value.value.sceneCount}
      />
    </div>
  </section>`;
}

/** @param {{work: Document}} props */
function Instructions({ work }) {
  const text = textProps(work);
  return html`<details class="panel folded">
    <summary><h2>${t("brief.prompts.title")}</h2></summary>
    <div class="stack">
      <p class="quiet">${t("brief.prompts.text")}</p>
      ${PROMPTS.map((field) => html`<${TextArea} label=${t(`brief.prompts.${field}`)} optional ...${text(field)} />`)}
    </div>
  </details>`;
}

/** The format of the work, and of its timeline unless that has another. @param {{work: Document}} props */
function Size({ work }) {
  const value = work.value.value;
  const fields = work.error.value?.fields;
  const isOwn = hasOwnSize(value);
  const change = (/** @type {import("../../../timeline/geometry.js").Size} */ size) => {
    if (!isOwn) work.operate([{ op: "format", ...size }]);
    work.edit({ resolution: size });
  };
  return html`<${SizeField}
    size=${value.resolution}
    errors=${{ width: fields?.["resolution.width"], height: fields?.["resolution.height"] }}
    hint=${isOwn ? t("brief.timelineSize", { ...sizeOf(value) }) : undefined}
    onChange=${change}
  />`;
}

/**
 * The props that tie a text field to a field of the work.
 * @param {Document} work
 * @returns {(field: string) => Record<string, any>}
 */
const textProps = (work) => (field) => ({
  value: work.value.value[field] ?? "",
  error: work.error.value?.fields[field],
  onInput: (/** @type {string} */ typed) => work.edit({ [field]: typed }),
});

/** As `textProps`, for numbers. @param {Document} work @returns {(field: string) => Record<string, any>} */
const numberProps = (work) => (field) => ({
  value: work.value.value[field],
  error: work.error.value?.fields[field],
  onInput: (/** @type {number | null} */ typed) => work.edit({ [field]: typed }),
});
