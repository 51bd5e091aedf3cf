import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { Needs } from "../../../components/access.js";
import { NumberField, TextArea, TextField } from "../../../components/field.js";
import { t } from "../../../i18n.js";
import { loadProviders } from "../../../state/providers.js";
import { hasOwnSize, sizeOf } from "../../../timeline/size.js";
import { SizeField } from "../fields.js";
import { Assets } from "./assets.js";
import { Reference } from "./reference.js";

/** @typedef {import("../../../documents/document.js").Document} Document */

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
