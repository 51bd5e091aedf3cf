import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { useReadOnly } from "../../../components/access.js";
import { Button, IconButton } from "../../../components/button.js";
import { ACROSS, DOWN, useOrder } from "../../../components/drag-order.js";
import { SelectField, TextArea, TextField } from "../../../components/field.js";
import { FileButton, useDrop } from "../../../components/files.js";
import { Notice, Reason } from "../../../components/notice.js";
import { Picker } from "../../../components/picture-picker.js";
import { Progress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { PICTURES, assetRequest, useAssets } from "../../../state/assets.js";
import { KINDS, MAX_DESCRIPTION, MAX_PICTURES } from "../../../state/cast.js";
import { useUpload } from "../../../state/upload.js";
import { useVoiceName } from "../../../state/voices.js";
import { assetApi } from "../../../urls.js";

const STEPS = { ...ACROSS, ...DOWN };

/**
 * @typedef {import("../../../state/cast.js").MemberFields} MemberFields
 * @typedef {import("../../../state/assets.js").Asset} Asset
 */

/**
 * The fields of a member of the cast.
 * @param {{project: string, member: MemberFields, errors: Record<string, string>,
 *   onInput: (fields: Partial<MemberFields>) => void, onVoice: () => void}} props  `onVoice` chooses the voice
 */
export function Fields({ project, member, errors, onInput, onVoice }) {
  const field = (/** @type {"kind" | "description"} */ name) => ({
    label: t(`cast.${name}`),
    value: member[name],
    error: errors[name],
    onInput: (/** @type {string} */ value) => onInput({ [name]: value }),
  });
  const latest = useRef(member.assetIds);
  latest.current = member.assetIds;
  const select = (/** @type {string[]} */ assetIds) => onInput({ assetIds: (latest.current = assetIds) });
  const error = errors.assetIds ?? Object.entries(errors).find(([path]) => path.startsWith("assetIds."))?.[1];
  return html`
    <${Name} value=${member.name} error=${errors.name} onInput=${(/** @type {string} */ name) => onInput({ name })} />
    <${SelectField} ...${field("kind")} options=${KINDS.map((value) => ({ value, label: t(`cast.kinds.${value}`) }))} />
    <${Pictures} ...${{ project, latest, error }} ids=${member.assetIds} onSelect=${select} />
    <${TextArea} ...${field("description")} optional limit=${MAX_DESCRIPTION} hint=${t("cast.descriptionHint")} />
    <${Voice} voice=${member.voice} onVoice=${onVoice} />
  `;
}

/**
 * A name. The service takes off the spaces around it, which are kept here while they are typed.
 * @param {{value: string, error?: string, onInput: (name: string) => void}} props
 */
function Name({ value, error, onInput }) {
  const [typed, setTyped] = useState(value);
  const type = (/** @type {string} */ text) => {
    setTyped(text);
    onInput(text.trim());
  };
  return html`<${TextField}
    label=${t("common.name")}
    value=${typed.trim() === value ? typed : value}
    error=${error}
    required
    maxlength="500"
    autocomplete="off"
    onInput=${type}
  />`;
}

/** @param {{voice: string | null, onVoice: () => void}} props */
function Voice({ voice, onVoice }) {
  const name = useVoiceName(voice ? { voice } : null);
  const text = t("cast.voiceOf", { name: name || t("cast.noVoice") });
  if (useReadOnly()) return html`<p>${text}</p>`;
  return html`<div><${Button} icon="audio-lines" onClick=${onVoice}>${text}<//></div>`;
}

/**
 * The pictures of a member in their order, and those of the project to choose from.
 * @param {{project: string, ids: string[], latest: {current: string[]}, error?: string,
 *   onSelect: (ids: string[]) => void}} props  `latest`: the ids, also while files are sent
 */
function Pictures({ project, ids, latest, error, onSelect }) {
  const { data, error: failure, reload } = useAssets(project, "image");
  const upload = useUpload();
  const [fitting, setFitting] = useState(/** @type {number | null} */ (null)); // of too many files
  const isReadOnly = useReadOnly();
  const add = async (/** @type {File[]} */ files) => {
    const room = MAX_PICTURES - latest.current.length;
    setFitting(files.length > room ? room : null);
    for (const file of files.slice(0, room)) {
      const asset = await upload.start(...assetRequest(project, file), file.name);
      if (!asset) break;
      if (asset.type === "image") onSelect([...latest.current, asset.id]);
    }
    await reload();
  };
  const { isOver, handlers } = useDrop(add);
  const assets = data ?? [];
  return html`<div class="field">
    <span class="label" id="cast-pictures">${t("cast.pictures")} <span class="optional">${t("common.optional")}</span></span>
    <div class=${`photos ${isOver ? "over" : ""}`} role="group" aria-labelledby="cast-pictures" ...${handlers}>
      ${ids.length > 0 && html`<${Ordered} ...${{ project, ids, assets, onSelect }} />`}
      ${!isReadOnly && html`<div class="photos-add">
        <${FileButton} small icon="image-plus" accept=${PICTURES} multiple disabled=${ids.length >= MAX_PICTURES} onFiles=${add}>${t("cast.upload")}<//>
        <span class="hint drop-words">${t("newVideo.drop")}</span>
      </div>
      ${assets.length > 0 && html`<details class="cast-choose">
        <summary>${t("cast.choose")}</summary>
        <${Picker} assets=${assets} selected=${ids} isOrdered most=${MAX_PICTURES} onSelect=${onSelect} />
      </details>`}`}
    </div>
    ${failure && !data && html`<${Reason} text=${failure.text} onAgain=${reload} />`}
    ${upload.running && html`<${Progress} label=${t("work.uploading", { name: upload.running.name })} value=${upload.running.fraction * 100} />`}
    ${upload.error && html`<${Reason} text=${upload.error.text} />`}
    ${fitting !== null && html`<${Notice} kind="warning">${t("cast.tooMany", { count: fitting })}<//>`}
    ${error && html`<${Reason} text=${error} />`}
    ${!isReadOnly && html`<p class="hint">${t("cast.picturesHint", { most: MAX_PICTURES })}</p>`}
  </div>`;
}

/** @param {{project: string, ids: string[], assets: Asset[], onSelect: (ids: string[]) => void}} props */
function Ordered({ project, ids, assets, onSelect }) {
  const isReadOnly = useReadOnly();
  const { move, keys, tile } = useOrder(ids, onSelect, STEPS);
  const item = (/** @type {string} */ id, /** @type {number} */ index) => {
    const name = assets.find((asset) => asset.id === id)?.name ?? t("cast.gonePicture");
    const picture = html`<img src=${`${assetApi(project, id)}/thumbnail`} alt=${isReadOnly ? name : ""} draggable=${false} />`;
    if (isReadOnly) return html`<li key=${id}>${picture}</li>`;
    const label = t("cast.pictureAt", { name, number: index + 1, count: ids.length });
    return html`<li key=${id} ...${tile(id, index)}>
      <button type="button" class="photo-place" aria-label=${label} title=${label} onKeyDown=${keys(id, index)} onClick=${() => move(id, 0)}>${picture}</button>
      <span class="photo-number" aria-hidden="true">${index + 1}</span>
      <${IconButton} class="photo-remove" icon="x" label=${t("cast.removePicture", { name })} onClick=${() => onSelect(ids.filter((other) => other !== id))} />
    </li>`;
  };
  return html`<ol>${ids.map(item)}</ol>`;
}
