import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button } from "../../../components/button.js";
import { NumberField, SelectField } from "../../../components/field.js";
import { Notice } from "../../../components/notice.js";
import { EXPORT_FORMATS } from "../../../facts.js";
import { formatDuration, formatList, t } from "../../../i18n.js";
import { MP4, isAnimation, isSound, setCover } from "../../../state/exports.js";
import { useAssets } from "../../../state/assets.js";
import { startJob } from "../../../state/jobs.js";
import { useRequest } from "../../../state/request.js";
import { settingsOf } from "../../../timeline/editor-state.js";
import { MAX_SIZE, MIN_SIZE } from "../../../timeline/facts.js";
import { SIZES, sizeOf } from "../../../timeline/size.js";
import { workPage } from "../../../urls.js";
import { FitField, RATES } from "../fields.js";
import { captionsOf, contentsOf } from "./contents.js";
import { Shapes, Stills, ordersOf } from "./shapes.js";

// The settings of an export as the form has them, and as the API takes them.

/**
 * @typedef {{size: string, width: number | null, height: number | null, rate: string, quality: string,
 *   fit: string, captions: string, loudness: boolean, format: string, shapes: string[]}} Settings
 *   `size` and `rate` are `timeline` for what the work has; `width` and `height` count for an own size;
 *   `shapes` are those in which further videos are made
 */

const DRAFT_LINES = 360;

/**
 * What a work's picture is like: as its timeline says, but for the size of the brief while nothing is
 * on that.
 * @param {any} work
 * @returns {{width: number, height: number, fps: number, fit: string}}
 */
function arrangedIn(work) {
  return { fit: "contain", ...settingsOf(work.editorState), ...sizeOf(work) };
}

/**
 * The settings to begin with: the picture is that of the player, the rest as in the last export.
 * @param {any} work
 * @param {import("../../../state/exports.js").Export | undefined} last
 * @returns {Settings}
 */
function initialSettings(work, last) {
  const arranged = arrangedIn(work);
  const { width, height, quality, captions, loudness } = { ...arranged, ...last?.options };
  return {
    size: "timeline",
    width,
    height,
    rate: "timeline",
    quality: quality ?? "standard",
    fit: arranged.fit,
    captions: captions ?? (hasOwnCaptions(work) || speaks(work) ? "burn" : "none"),
    loudness: loudness ?? false,
    format: MP4,
    shapes: [],
  };
}

/** Whether captions were written in the cut, not only texts of scenes. @param {any} work */
const hasOwnCaptions = ({ editorState }) => (editorState.captions ?? []).length > 0;

/** Whether someone speaks, so that captions can follow the words. @param {any} work */
const speaks = ({ generatedScenes }) => generatedScenes.some((/** @type {any} */ { voiceUrl }) => voiceUrl);

/**
 * The frame of a draft, with at most 360 lines, or columns in portrait; null if it is not smaller.
 * @param {any} work
 * @param {Settings} settings
 */
function draftOf(work, settings) {
  const { width, height } = toOptions(work, settings);
  const shorter = Math.min(width, height);
  if (settings.quality !== "draft" || !(shorter > DRAFT_LINES)) return null;
  const factor = DRAFT_LINES / shorter;
  return { width: even(width * factor), height: even(height * factor) };
}

/** @param {number} pixels */
const even = (pixels) => 2 * Math.floor(pixels / 2);

/**
 * @param {any} work
 * @param {Settings} settings
 * @returns {import("./shapes.js").Order} the options of the API
 */
function toOptions(work, { size, rate, quality, fit, captions, loudness, format, ...own }) {
  const arranged = arrangedIn(work);
  const { width, height } = size === "timeline" ? arranged : (SIZES[size] ?? own);
  const fps = { timeline: arranged.fps, source: "source" }[rate] ?? Number(rate);
  return { width, height, fps, quality, fit, captions, loudness, format };
}

/**
 * The options of a format: animations have a size and a rate of their own, and only videos have tracks.
 * @param {import("./shapes.js").Order} options @returns {Record<string, any>}
 */
function ofFormat({ width, height, fps, captions, ...others }) {
  const shown = captionsIn(others.format, captions);
  return { ...others, captions: shown, ...(isAnimation(others.format) ? {} : { width, height, fps }) };
}

const CAPTIONS = ["none", "burn", "track"];

/** How captions can be shown. @param {string} format */
const captionModes = (format) => CAPTIONS.filter((mode) => format === MP4 || mode !== "track");

/** How captions are shown in a format, if it can: or else not at all. @param {string} format @param {string} chosen */
const captionsIn = (format, chosen) => (captionModes(format).includes(chosen) ? chosen : "none");

const QUALITIES = ["draft", "standard", "best"];

/**
 * The form that starts an export, and what is still missing.
 * @param {{work: import("../../../documents/document.js").Document,
 *   last: import("../../../state/exports.js").Export | undefined}} props
 */
export function Options({ work, last }) {
  const value = work.value.value;
  const [settings, setSettings] = useState(() => initialSettings(value, last));
  const { busy, error, run } = useRequest();
  const change = (/** @type {Partial<Settings>} */ changed) => setSettings((before) => ({ ...before, ...changed }));
  const contents = contentsOf(value);
  const isReady = contents.missing.length === 0 && contents.count > 0;
  const main = toOptions(value, settings);
  const [isMoving, isHeard] = [isAnimation(settings.format), isSound(settings.format)];
  const orders = ordersOf(main, isMoving || isHeard ? [] : settings.shapes);
  const fields = error?.fields ?? {};
  const named = Object.keys(fields).length > 0 && Object.keys(fields).every((path) => path in FIELDS);
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    run(async () => {
      await work.flush(); // what was just typed belongs to the video
      for (const order of orders) await startJob(work.path, { kind: "export", options: ofFormat(order) });
    });
  };
  const props = { settings, change, fields, work: value };
  return html`<form class="panel stack export-options" aria-label=${t("export.options")} onSubmit=${send}>
    <${Format} ...${props} />
    ${!isHeard && html`<${Quality} ...${props} />`}
    ${!isMoving && !isHeard && html`
      <${Size} ...${props} />
      <${Shapes} ...${{ main }} chosen=${settings.shapes} onChange=${(/** @type {string[]} */ shapes) => change({ shapes })} />`}
    ${isReady && !isHeard && html`<${Stills} document=${work} orders=${orders} />`}
    ${!isMoving && !isHeard && html`<${Rate} ...${props} />`}
    ${!isHeard && html`
      <${FitField} fit=${settings.fit} onInput=${(/** @type {string} */ fit) => change({ fit })} />
      <${Captions} ...${props} />`}
    <${Loudness} ...${props} />
    ${isReady && html`<${Cover} document=${work} />`}
    <${Contents} work=${value} contents=${contents} />
    ${error && !named && html`<${Notice} kind="error">${textOf(error)}<//>`}
    <${Button}
      type="submit"
      kind="primary"
      icon="film"
      class="block"
      busy=${busy}
      disabled=${!isReady}
    >
      ${startLabel(settings, orders.length)}
    <//>
  </form>`;
}

/** @param {Settings} settings @param {number} count  of videos */
function startLabel({ quality, format }, count) {
  if (format !== MP4) return t("export.startFile", { format: t(`export.formats.${format}`) });
  const key = quality === "draft" ? "startDraft" : "start";
  return count > 1 ? t(`export.${key}All`, { count }) : t(`export.${key}`);
}

/** The fields whose errors are shown beside them. */
const FIELDS = { "options.width": 1, "options.height": 1, "options.fps": 1 };

/**
 * @typedef {{settings: Settings, change: (changed: Partial<Settings>) => void,
 *   fields: Record<string, string>, work: any}} FieldProps
 */

/** @param {FieldProps} props */
function Format({ settings, change }) {
  return html`<${SelectField}
    label=${t("export.format")}
    value=${settings.format}
    options=${Object.keys(EXPORT_FORMATS).map((format) => ({ value: format, label: t(`export.formats.${format}`) }))}
    hint=${t(`export.formatHints.${settings.format}`)}
    onInput=${(/** @type {string} */ format) => change({ format })}
  />`;
}

/** @param {FieldProps} props */
function Quality({ settings, change }) {
  return html`<fieldset class="field">
    <legend>${t("export.quality")}</legend>
    <div class="segments">
      ${QUALITIES.map(
        (quality) =>
          html`<label class="segment">
            <input
              type="radio"
              name="quality"
              value=${quality}
              checked=${settings.quality === quality}
              onChange=${() => change({ quality })}
            />
            <span>${t(`export.qualities.${quality}`)}</span>
          </label>`,
      )}
    </div>
    <p class="hint" aria-live="polite">${t(`export.qualityHints.${settings.quality}`)}</p>
  </fieldset>`;
}

/** @param {FieldProps} props */
function Size({ settings, change, fields, work }) {
  const arranged = arrangedIn(work);
  const presets = Object.entries(SIZES)
    .filter(([, { width, height }]) => width !== arranged.width || height !== arranged.height)
    .map(([id]) => id);
  const options = ["timeline", ...presets, "own"].map((id) => ({ value: id, label: t(`export.sizes.${id}`, arranged) }));
  const draft = draftOf(work, settings);
  const side = (/** @type {"width" | "height"} */ name) =>
    html`<${NumberField}
      label=${t(`export.${name}`)}
      value=${settings[name]}
      unit=${t("export.pixels")}
      min=${MIN_SIZE}
      max=${MAX_SIZE}
      step="1"
      required
      error=${fields[`options.${name}`]}
      onInput=${(/** @type {number | null} */ pixels) => change({ [name]: pixels })}
    />`;
  return html`<${SelectField}
      label=${t("export.size")}
      value=${settings.size}
      options=${options}
      hint=${draft && t("export.draftSize", draft)}
      onInput=${(/** @type {string} */ size) => change({ size })}
    />
    ${settings.size === "own" && html`<div class="pair">${side("width")}${side("height")}</div>`}`;
}

/** @param {FieldProps} props */
function Rate({ settings, change, fields, work }) {
  const { fps } = arrangedIn(work);
  const others = RATES.filter((rate) => rate !== fps).map(String);
  const options = [
    { value: "timeline", label: t("export.rates.timeline", { fps }) },
    ...others.map((rate) => ({ value: rate, label: rate })),
    { value: "source", label: t("export.rates.source") },
  ];
  return html`<${SelectField}
    label=${t("work.rate")}
    value=${settings.rate}
    options=${options}
    error=${fields["options.fps"]}
    onInput=${(/** @type {string} */ rate) => change({ rate })}
  />`;
}

/** @param {FieldProps} props */
function Captions({ settings, change, work }) {
  const count = captionsOf(work);
  const burn = html`<${Button} small onClick=${() => change({ captions: "burn" })}>${t("export.burnCaptions")}<//>`;
  return html`<${SelectField}
    label=${t("export.captions")}
    value=${captionsIn(settings.format, settings.captions)}
    hint=${hintOf(work, count)}
    options=${captionModes(settings.format).map((mode) => ({ value: mode, label: t(`export.captionModes.${mode}`) }))}
      onInput=${(/** @type {string} */ captions) => change({ captions })}
    />
    ${settings.captions === "none" &&
    hasOwnCaptions(work) &&
    html`<${Notice} kind="warning" action=${burn}>${t("export.captionsLeftOut", { count })}<//>`}`;
}

/** Where captions come from. @param {any} work @param {number} count */
function hintOf(work, count) {
  if (!hasOwnCaptions(work) && speaks(work)) return t("export.captionsSpoken");
  return count ? t("export.captionsFound", { count }) : t("export.captionsNone");
}

/** @param {FieldProps} props */
function Loudness({ settings, change }) {
  return html`<label class="check">
    <input
      type="checkbox"
      checked=${settings.loudness}
      onChange=${(/** @type {any} */ event) => change({ loudness: event.target.checked })}
    />
    <span>${t("export.loudness")} <span class="hint">${t("export.loudnessHint")}</span></span>
  </label>`;
}

/**
 * The choice of the cover: a frame that was chosen in Edit, or a picture of the project.
 * @param {{document: import("../../../documents/document.js").Document}} props
 */
function Cover({ document }) {
  const { projectId, editorState } = document.value.value;
  const { error, run } = useRequest();
  const { data } = useAssets(projectId, "image");
  const cover = editorState.cover ?? {};
  const at = cover.assetId ? undefined : cover.at;
  const [frame] = useState(at); // stays in the list when a picture is chosen
  const time = at ?? frame;
  const choose = (/** @type {string} */ value) =>
    run(() => setCover(document, value === FIRST ? null : value === FRAME ? { at: /** @type {number} */ (time) } : { assetId: value }));
  const options = [
    { value: FIRST, label: t("export.coverFirst") },
    ...(time === undefined ? [] : [{ value: FRAME, label: t("export.coverFrame", { at: formatDuration(time) }) }]),
    ...(data ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  return html`<${SelectField}
      label=${t("export.cover")}
      value=${cover.assetId ?? (at === undefined ? FIRST : FRAME)}
      options=${options}
      hint=${t("export.coverHint")}
      error=${error?.text}
      onInput=${choose}
    />`;
}

const [FIRST, FRAME] = ["first", "frame"];

/**
 * Scenes without media, and scenes that are exported as stills.
 * @param {{work: any, contents: {count: number, missing: {index: number, at: number}[], stills: number[]}}} props
 */
function Contents({ work, contents: { count, missing, stills } }) {
  const toScenes = html`<a href=${workPage(work.projectId, work.id, "scenes")}>${t("export.toScenes")}</a>`;
  if (count === 0) {
    return html`<${Notice} kind="warning"><strong>${t("export.noScenes")}</strong> ${t("export.noScenesText")} ${toScenes}<//>`;
  }
  return html`${missing.length > 0 &&
    html`<${Notice} kind="warning"><strong>${say("export.missing", missing.map(whenShown))}</strong> ${t("export.missingText")} ${toScenes}<//>`}
    ${stills.length > 0 && html`<${Notice}>${say("export.stills", stills.map((index) => String(index + 1)))} ${toScenes}<//>`}`;
}

/** A scene and when it is shown, such as `2 (at 0:06)`. @param {{index: number, at: number}} scene */
const whenShown = ({ index, at }) => t("export.sceneAt", { number: index + 1, at: formatDuration(at) });

/** @param {string} key @param {string[]} scenes */
const say = (key, scenes) => t(key, { count: scenes.length, scenes: formatList(scenes) });

/** What failed; of missing media, also when the video needs them. @param {import("../../../api.js").ApiError} error */
function textOf(error) {
  const { at, assetId, name } = error.details ?? {};
  const reason = assetId && name ? t("export.fileDeleted", { name }) : error.text;
  return at === undefined ? reason : t("export.neededAt", { reason, at: formatDuration(at) });
}
