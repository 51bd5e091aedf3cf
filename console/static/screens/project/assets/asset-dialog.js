import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { at } from "../../../base.js";
import { useReadOnly } from "../../../components/access.js";
import { Icon } from "../../../components/button.js";
import { Clip } from "../../../components/clip.js";
import { Conflicts, DraftOffer, SaveStatus } from "../../../components/conflicts.js";
import { Dialog } from "../../../components/dialogs.js";
import { Failure } from "../../../components/fallbacks.js";
import { TextArea, TextField } from "../../../components/field.js";
import { ErrorNotice, Notice } from "../../../components/notice.js";
import { PaidButton } from "../../../components/paid-button.js";
import { useDocument } from "../../../documents/open-documents.js";
import { formatDuration, formatSize, formatTime, t } from "../../../i18n.js";
import { describeAsset } from "../../../state/assets.js";
import { useRequest } from "../../../state/request.js";
import { toast } from "../../../state/toasts.js";
import { assetApi } from "../../../urls.js";

const MAX_TAG = 100; // characters

/**
 * Words, each with a button that removes it; Enter or a comma adds what is typed.
 * @param {{label: string, value: string[], onInput: (value: string[]) => void, error?: string}} props
 */
function TagsField({ label, value, onInput, error }) {
  const [typed, setTyped] = useState("");
  const isReadOnly = useReadOnly();
  const add = (/** @type {string} */ text) => {
    const added = text.split(",").map((tag) => tag.trim()).filter(Boolean);
    setTyped("");
    if (added.length) onInput([...new Set([...value, ...added])]);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (isReadOnly) return;
    if (event.key === "Enter") {
      event.preventDefault();
      add(typed);
    } else if (event.key === "Backspace" && !typed && value.length) {
      onInput(value.slice(0, -1));
    }
  };
  return html`<div class="tags-field">
    <${TextField}
      label=${label}
      hint=${isReadOnly ? undefined : t("library.tagsHint")}
      value=${typed}
      error=${error}
      maxlength=${MAX_TAG}
      autocomplete="off"
      onInput=${(/** @type {string} */ text) => (text.includes(",") ? add(text) : setTyped(text))}
      onKeyDown=${press}
      onBlur=${() => add(typed)}
    />
    ${value.length > 0 &&
    html`<ul class="tags">
      ${value.map(
        (tag) =>
          html`<li class="tag" key=${tag}>
            <span dir="auto">${tag}</span>
            ${!isReadOnly && html`<button
              type="button"
              aria-label=${t("library.removeTag", { tag })}
              onClick=${() => onInput(value.filter((other) => other !== tag))}
            >
              <${Icon} name="x" />
            </button>`}
          </li>`,
      )}
    </ul>`}
  </div>`;
}

/** @typedef {import("../../../state/assets.js").Asset} Asset */

/** @type {import("../../../state/providers.js").Role[]} */
const VISION = ["vision"];

/**
 * An asset: its preview, its facts, and fields that are saved as they are edited.
 * @param {{asset: Asset, reload: () => Promise<void>, onClose: () => void}} props
 */
export function AssetDialog({ asset, reload, onClose }) {
  const path = assetApi(asset.projectId, asset.id);
  const { document, error } = useDocument(path, `${path}/meta`);
  const isReadOnly = useReadOnly();
  const close = async () => {
    /** @type {HTMLElement | null} */ (window.document.activeElement)?.blur(); // adds a typed tag
    onClose();
    await document?.flush();
    await reload();
  };
  return html`<${Dialog} wide title=${document?.value.value.name ?? asset.name} onClose=${close}>
    <div class="asset">
      <${Preview} asset=${asset} />
      <div class="stack">
        ${error && html`<${Failure} error=${error} />`} ${document && html`<${Fields} document=${document} />`}
        <${Facts} asset=${asset} />
        <footer class="asset-footer">
          <a class="button plain small" href=${asset.url} download=${asset.filename}>
            <${Icon} name="download" /><span>${t("common.download")}</span>
          </a>
          ${document && !isReadOnly && html`<${SaveStatus} document=${document} />`}
        </footer>
      </div>
    </div>
  <//>`;
}

/** @param {{document: import("../../../documents/document.js").Document}} props */
function Fields({ document }) {
  const asset = document.value.value;
  const errors = document.error.value?.fields ?? {};
  return html`
    <${DraftOffer} document=${document} />
    <${Conflicts} document=${document} />
    <${TextField}
      label=${t("common.name")}
      value=${asset.name}
      error=${errors.name}
      maxlength="500"
      autocomplete="off"
      onInput=${(/** @type {string} */ name) => document.edit({ name })}
    />
    <div class="stack tight">
      <${TextArea}
        label=${t("library.description")}
        hint=${t(asset.type === "image" ? "library.imageHint" : "library.descriptionHint")}
        value=${asset.description ?? ""}
        error=${errors.description}
        onInput=${(/** @type {string} */ description) => document.edit({ description })}
      />
      ${asset.type === "image" && html`<${Describe} document=${document} />`}
    </div>
    <${TagsField}
      label=${t("library.tags")}
      value=${asset.tags ?? []}
      error=${errors.tags}
      onInput=${(/** @type {string[]} */ tags) => document.edit({ tags })}
    />
  `;
}

/**
 * Lets a model describe an image.
 * @param {{document: import("../../../documents/document.js").Document}} props
 */
function Describe({ document }) {
  const { busy, error, run } = useRequest();
  const describe = async () => {
    await document.flush();
    const before = document.value.value.description;
    await describeAsset(document.value.value);
    await document.refresh();
    const undo = { label: t("common.undo"), run: () => document.edit({ description: before }) };
    toast(t("library.described"), { action: before ? undo : undefined });
  };
  return html`<div>
      <${PaidButton} roles=${VISION} small icon="sparkles" busy=${busy} onClick=${() => run(describe)}>
        ${t(busy ? "library.describing" : "library.describe")}
      <//>
    </div>
    ${error && html`<${ErrorNotice} error=${error} />`}`;
}

/** @param {{asset: Asset}} props */
function Facts({ asset }) {
  const { width, height, duration, size, mimeType, filename, createdAt } = asset;
  const facts = [
    ["file", filename],
    ["format", mimeType],
    ["size", formatSize(size)],
    ["dimensions", width && height && `${width} × ${height}`],
    ["duration", duration !== undefined && formatDuration(duration)],
    ["added", formatTime(createdAt)],
  ];
  return html`<dl class="facts small">
      ${facts.map(
        ([label, value]) => value && html`<dt>${t(`library.facts.${label}`)}</dt><dd dir="auto">${value}</dd>`,
      )}
    </dl>`;
}

/** An image, a player, or a sample of a font. @param {{asset: Asset}} props */
function Preview({ asset }) {
  const [failed, setFailed] = useState(false);
  const media = { src: asset.url, onError: () => setFailed(true) };
  const unreadable = html`<${Notice} kind="warning">${t("library.unreadable")}<//>`;
  if (failed) return html`<div class="preview">${unreadable}</div>`;
  if (asset.type === "image") {
    return html`<div class="preview"><img ...${media} alt=${asset.description || asset.name} /></div>`;
  }
  if (asset.type === "video") {
    return html`<div class="preview">
      <${Clip}
        src=${asset.url}
        hasPicture=${Boolean(asset.width)}
        fallback=${unreadable}
        poster=${asset.thumbnail}
        controls
        playsinline
        preload="metadata"
      />
    </div>`;
  }
  if (asset.type === "audio") {
    return html`<div class="preview sound"><${Icon} name="music" /><audio ...${media} controls preload="metadata"></audio></div>`;
  }
  return html`<div class="preview font"><${FontSample} asset=${asset} onError=${media.onError} /></div>`;
}

/** @param {{asset: Asset, onError: () => void}} props */
function FontSample({ asset, onError }) {
  const family = `font-${asset.id}`;
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    const font = new FontFace(family, `url("${at(asset.url)}")`);
    font.load().then(() => {
      document.fonts.add(font);
      setLoaded(true);
    }, onError);
    return () => {
      document.fonts.delete(font);
    };
  }, [asset.id]);
  if (!isLoaded) return null;
  return html`<div style=${{ fontFamily: family }}>
    <p class="font-large">${t("library.fontSample")}</p>
    <p>${t("library.fontLetters")}</p>
    <p>0123456789 €$£ &?!.,:;„“ äöüßçñø</p>
  </div>`;
}
