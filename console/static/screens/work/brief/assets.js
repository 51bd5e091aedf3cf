import { html } from "htm/preact";
import { post } from "../../../api.js";
import { useReadOnly } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { SelectField } from "../../../components/field.js";
import { FileButton, useDrop } from "../../../components/files.js";
import { Notice, Reason } from "../../../components/notice.js";
import { PaidButton, PaidReason } from "../../../components/paid-button.js";
import { Picker } from "../../../components/picture-picker.js";
import { Progress } from "../../../components/progress.js";
import "../../../i18n/sound.js";
import { t } from "../../../i18n.js";
import { PICTURES, assetRequest, useAssets } from "../../../state/assets.js";
import { requestHeaders } from "../../../state/choices.js";
import { useRequest } from "../../../state/request.js";
import { useUpload } from "../../../state/upload.js";
import { projectApi, projectPage } from "../../../urls.js";

/** @type {import("../../../state/providers.js").Role[]} */
const VISION = ["vision"];
const USAGES = ["reference", "direct"];

/**
 * @typedef {import("../../../documents/document.js").Document} Document
 * @typedef {import("../../../state/assets.js").Asset} Asset
 */

/** The pictures of the project that the work uses, and how. @param {{work: Document}} props */
export function Assets({ work }) {
  const { projectId, selectedAssetIds, assetUsageMode } = work.value.value;
  const path = `${projectApi(projectId)}/assets`;
  const { data, error, reload } = useAssets(projectId, "image");
  const upload = useUpload();
  const select = (/** @type {string[]} */ ids) => work.edit({ selectedAssetIds: ids });
  const add = async (/** @type {File[]} */ files) => {
    for (const file of files) {
      const asset = await upload.start(...assetRequest(projectId, file), file.name);
      if (!asset) break;
      select([...work.value.value.selectedAssetIds, asset.id]);
    }
    await reload();
  };
  const { isOver, handlers } = useDrop(add);
  const isReadOnly = useReadOnly();
  const assets = data ?? [];
  const known = new Map(assets.map((asset) => [asset.id, asset]));
  const missing = data ? selectedAssetIds.filter((/** @type {string} */ id) => !known.has(id)) : [];
  if (isReadOnly && !selectedAssetIds.length) return null;
  return html`<section class=${`panel stack ${isOver ? "over" : ""}`} aria-labelledby="brief-assets" ...${handlers}>
    <header>
      <h2 id="brief-assets">${t("brief.assets.title")} <span class="optional">${t("common.optional")}</span></h2>
      <p class="quiet">${t("brief.assets.text")}</p>
    </header>
    ${error && !data && html`<${Reason} text=${error.text} onAgain=${reload} />`}
    ${data?.length === 0 && html`<p class="quiet">${t("brief.assets.none")}</p>`}
    ${assets.length > 0 && html`<${Picker} assets=${assets} selected=${selectedAssetIds} isOrdered=${assetUsageMode === "direct"} onSelect=${select} />`}
    ${missing.length > 0 &&
    html`<${Notice}
      kind="warning"
      action=${html`<${Button} small onClick=${() => select(selectedAssetIds.filter((/** @type {string} */ id) => known.has(id)))}>
        ${t("brief.assets.takeOut")}
      <//>`}
      >${t("brief.assets.missing", { count: missing.length })}<//
    >`}
    ${upload.running && html`<${Progress} label=${t("work.uploading", { name: upload.running.name })} value=${upload.running.fraction * 100} />`}
    ${upload.error && html`<${Reason} text=${upload.error.text} />`}
    ${!isReadOnly && html`<div class="row">
      <${FileButton} icon="image-plus" accept=${PICTURES} multiple onFiles=${add}>${t("brief.assets.add")}<//>
      <span class="hint drop-words">${t("newVideo.drop")}</span>
      <a class="button quiet" href=${projectPage(projectId, "assets")}>${t("brief.assets.manage")}</a>
    </div>`}
    ${selectedAssetIds.length > 0 &&
    html`<${SelectField}
        label=${t("brief.assets.usage")}
        value=${assetUsageMode ?? "reference"}
        options=${USAGES.map((value) => ({ value, label: t(`brief.assets.usages.${value}`) }))}
        onInput=${(/** @type {string} */ value) => work.edit({ assetUsageMode: value })}
      />
      ${!isReadOnly && assetUsageMode !== "direct" && html`<${Describe} path=${path} assets=${assets} selected=${selectedAssetIds} onDone=${reload} />`}`}
  </section>`;
}

/**
 * Describes pictures without a description, since models know a picture by its description only.
 * @param {{path: string, assets: Asset[], selected: string[], onDone: () => Promise<void>}} props
 */
function Describe({ path, assets, selected, onDone }) {
  const describing = useRequest();
  const ids = assets.filter(({ id, description }) => selected.includes(id) && !description).map(({ id }) => id);
  const describe = async () => {
    await post(`${path}/analyze-batch`, { assetIds: ids }, { headers: await requestHeaders(VISION) });
    await onDone();
  };
  if (describing.error) return html`<${PaidReason} roles=${VISION} text=${describing.error.text} onAgain=${describing.again} />`;
  if (!ids.length) return null;
  const action = html`<${PaidButton} roles=${VISION} small icon="sparkles" busy=${describing.busy} onClick=${() => describing.run(describe)}>
    ${t("brief.assets.describe")}
  <//>`;
  return html`<${Notice} kind="warning" action=${action}>${t("brief.assets.undescribed", { count: ids.length })}<//>`;
}
