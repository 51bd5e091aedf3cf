import { html } from "htm/preact";
import { t } from "../../i18n.js";
import { NumberField, SelectField, TextArea, TextField } from "../../parts/field.js";
import { Assets } from "./brief/assets.js";
import { Reference } from "./brief/reference.js";

const SIZES = { portrait: [1080, 1920], landscape: [1920, 1080], square: [1080, 1080] };

/** What the video is about; saved as it is typed. @param {{work: import("../../state/document.js").Document}} props */
export default function Brief({ work }) {
  const value = work.value.value;
  const text = (/** @type {string} */ field) => ({
    value: value[field] ?? "",
    error: work.error.value?.fields[field],
    onInput: (/** @type {string} */ typed) => work.edit({ [field]: typed }),
  });
  const number = (/** @type {string} */ field) => ({
    value: value[field],
    error: work.error.value?.fields[field],
    onInput: (/** @type {number | null} */ typed) => work.edit({ [field]: typed }),
  });
  return html`<div class="columns">
    <div class="stack">
      <section class="panel stack" aria-label=${t("brief.about")}>
        <${TextField} label=${t("brief.name")} maxlength="500" ...${text("name")} />
        <${TextField} label=${t("brief.productName")} ...${text("productName")} />
        <${TextArea}
          label=${t("brief.description")}
          hint=${t("brief.descriptionHint")}
          rows="6"
          ...${text("productDescription")}
        />
        <${TextField} label=${t("brief.audience")} optional ...${text("targetAudience")} />
      </section>
      <${Reference} work=${work} />
    </div>
    <div class="stack">
      <section class="panel stack" aria-label=${t("brief.shape")}>
        <${Size} work=${work} />
        <${NumberField} label=${t("brief.duration")} unit="s" min="1" max="3600" step="any" ...${number("videoDuration")} />
        <${NumberField} label=${t("brief.sceneCount")} min="1" max="1000" step="1" ...${number("sceneCount")} />
        <${TextField} label=${t("brief.language")} optional maxlength="500" ...${text("language")} />
      </section>
      <${Assets} work=${work} />
    </div>
  </div>`;
}

/** @param {{work: import("../../state/document.js").Document}} props */
function Size({ work }) {
  const { width, height } = work.value.value.resolution;
  const known = Object.entries(SIZES).find(([, [w, h]]) => w === width && h === height);
  const options = Object.keys(SIZES).map((id) => ({ value: id, label: t(`brief.sizes.${id}`) }));
  if (!known) options.push({ value: "own", label: `${width} × ${height}` });
  return html`<${SelectField}
    label=${t("brief.size")}
    value=${known?.[0] ?? "own"}
    options=${options}
    onInput=${(/** @type {keyof typeof SIZES} */ id) => {
      const [w, h] = SIZES[id];
      work.edit({ resolution: { width: w, height: h } });
    }}
  />`;
}
