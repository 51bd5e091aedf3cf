import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { SelectField } from "../../../parts/field.js";
import { FileDrop } from "../../../parts/file-drop.js";
import { Icon } from "../../../parts/icon.js";
import { ErrorNotice } from "../../../parts/error-notice.js";
import { UploadProgress } from "../../../parts/upload-progress.js";
import { listAssets } from "../../../state/assets.js";
import { useLoad } from "../../../state/load.js";
import { useUpload } from "../../../state/upload.js";
import { projectApi } from "../../../urls.js";

const TYPES = "image/png,image/jpeg,image/webp,image/gif";
const USES = ["reference", "direct"];

/**
 * The project's pictures that the video should show, and how.
 * @param {{work: import("../../../state/document.js").Document}} props
 */
export function Assets({ work }) {
  const { projectId, selectedAssetIds: selected, assetUsageMode } = work.value.value;
  const { data: assets, reload } = useLoad(() => listAssets(projectId, "image"), [projectId]);
  const { uploading, error, cancel, start } = useUpload();
  const choose = (/** @type {string[]} */ ids) =>
    work.edit({ selectedAssetIds: ids, assetUsageMode: assetUsageMode ?? USES[0] });
  const receive = async (/** @type {File[]} */ files) => {
    const added = [];
    for (const file of files) {
      const form = new FormData();
      form.set("file", file);
      const asset = await start("POST", `${projectApi(projectId)}/assets`, file, form);
      if (!asset) break;
      added.push(asset.id);
    }
    if (!added.length) return;
    choose([...work.value.value.selectedAssetIds, ...added]);
    await reload();
  };
  return html`<section class="panel stack" aria-labelledby="assets-title">
    <div>
      <h2 id="assets-title">${t("assets.title")}</h2>
      <p class="hint">${t("assets.hint")}</p>
    </div>
    ${error && html`<${ErrorNotice} error=${error} />`}
    ${assets?.length ? html`<${Choice} assets=${assets} selected=${selected} onChange=${choose} />` : null}
    ${uploading
      ? html`<${UploadProgress} uploading=${uploading} onCancel=${cancel} />`
      : html`<${FileDrop} label=${t("assets.add")} icon="image-plus" accept=${TYPES} multiple onFiles=${receive} />`}
    ${selected.length
      ? html`<${SelectField}
          label=${t("assets.use")}
          hint=${t(`assets.useHints.${assetUsageMode ?? USES[0]}`)}
          value=${assetUsageMode ?? USES[0]}
          options=${USES.map((id) => ({ value: id, label: t(`assets.uses.${id}`) }))}
          onInput=${(/** @type {string} */ id) => work.edit({ assetUsageMode: id })}
        />`
      : null}
  </section>`;
}

/**
 * @param {{assets: import("../../../state/assets.js").Asset[], selected: string[],
 *   onChange: (ids: string[]) => void}} props
 */
function Choice({ assets, selected, onChange }) {
  const toggle = (/** @type {string} */ id) =>
    onChange(selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id]);
  return html`<ul class="thumbnails">
    ${assets.map(
      ({ id, name, thumbnail, url }) =>
        html`<li key=${id}>
          <button
            type="button"
            class="thumbnail"
            aria-pressed=${selected.includes(id)}
            title=${name}
            onClick=${() => toggle(id)}
          >
            <img src=${thumbnail ?? url} alt=${name} loading="lazy" />
            <span class="thumbnail-check"><${Icon} name="check" /></span>
          </button>
        </li>`,
    )}
  </ul>`;
}
