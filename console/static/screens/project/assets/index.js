import { html } from "htm/preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { Needs, useMay } from "../../../components/access.js";
import { Icon } from "../../../components/button.js";
import { Card } from "../../../components/card.js";
import { DeleteDialog, NameDialog } from "../../../components/dialogs.js";
import { Empty, Failure, Loading } from "../../../components/fallbacks.js";
import { FileButton } from "../../../components/files.js";
import { ListSelect, SearchedGrid } from "../../../components/grid.js";
import { formatDuration, formatSize, t } from "../../../i18n.js";
import { address, navigate } from "../../../router.js";
import { addFiles, uploaded, uploads } from "../../../state/asset-uploads.js";
import { ACCEPTED, deleteAsset, renameAsset, useAssets, usesOfAsset } from "../../../state/assets.js";
import { useLoad } from "../../../state/load.js";
import { projectPage } from "../../../urls.js";
import { AssetDialog } from "./asset-dialog.js";
import { UploadList } from "./upload-list.js";

/**
 * Accepts files that are dropped anywhere on the page.
 * @param {{onFiles: (files: File[]) => void}} props
 */
function DropTarget({ onFiles }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (/** @type {DragEvent} */ event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      setOver(true);
    };
    const leave = (/** @type {DragEvent} */ event) => {
      if (!event.relatedTarget) setOver(false); // not to another element of the page
    };
    const drop = (/** @type {DragEvent} */ event) => {
      setOver(false);
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      onFiles([...event.dataTransfer.files]);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [onFiles]);
  if (!isOver) return null;
  return html`<div class="drop-target" aria-hidden="true">
    <p><${Icon} name="upload" />${t("library.drop")}</p>
  </div>`;
}

const NAMED = 5; // works that the question before deleting names

/**
 * @typedef {import("../../../state/assets.js").Asset} Asset
 * @typedef {{kind: "rename" | "delete", asset: Asset}} Opened
 */

/** Icons by type. @type {Record<import("../../../state/assets.js").AssetType, string>} */
const TYPE_ICONS = { image: "image", video: "video", audio: "music", font: "type" };

/** The assets of a project. @param {{project: import("../../../documents/document.js").Document}} props */
export default function Assets({ project }) {
  const { id } = project.value.value;
  const { data: list, error, reload } = useAssets(id);
  const [opened, setOpened] = useState(/** @type {Opened | null} */ (null));
  const add = (/** @type {Iterable<File>} */ files) => addFiles(id, files);
  const waiting = uploads.value.filter((item) => item.project === id);
  useEffect(() => {
    if (uploaded.value) reload();
  }, [uploaded.value]);
  const shown = list?.find((asset) => asset.id === address.value.query.get("asset"));
  const back = () => navigate(projectPage(id, "assets"));
  const dialog = { asset: opened?.asset, reload, onClose: () => setOpened(null) };
  const addButton = html`<${FileButton} kind="primary" icon="upload" accept=${ACCEPTED} multiple onFiles=${add}>${t("library.add")}<//>`;
  const mayChange = useMay("change");
  return html`<${Needs} right="change">
    <header class="screen-header"><h1>${t("library.title")}</h1>
      ${mayChange && list?.length ? html`<div class="buttons"><span class="note drop-hint">${t("library.dropHint")}</span>${addButton}</div>` : null}
    </header>
    <${UploadList} uploads=${waiting} />
    ${!list && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${list?.length === 0 &&
    html`<${Empty} icon="images" title=${t("library.emptyTitle")} actions=${addButton}>${mayChange && html`<p>${t("library.emptyText")}</p>`}<//>`}
    ${list?.length ? html`<${Grid} list=${list} open=${setOpened} />` : null}
    ${mayChange && html`<${DropTarget} onFiles=${add} />`}
    ${shown && html`<${AssetDialog} key=${shown.id} asset=${shown} reload=${reload} onClose=${back} />`}
    ${opened?.kind === "rename" && html`<${Rename} ...${dialog} />`}
    ${opened?.kind === "delete" && html`<${Delete} ...${dialog} />`}
  <//>`;
}

/** @param {{list: Asset[], open: (opened: Opened) => void}} props */
function Grid({ list, open }) {
  const [type, setType] = useState("");
  const ofType = useMemo(() => list.filter((asset) => !type || asset.type === type), [list, type]);
  const card = useCallback(
    (/** @type {Asset} */ asset) => html`<${AssetCard} key=${asset.id} asset=${asset} open=${open} />`,
    [open],
  );
  const props = { texts: "library", list: ofType, card, class: "assets", contains, hint: t("library.noMatchText") };
  return html`<${SearchedGrid} ...${props}><${TypeFilter} list=${list} value=${type} onInput=${setType} /><//>`;
}

/** @param {{list: Asset[], value: string, onInput: (type: string) => void}} props */
function TypeFilter({ list, value, onInput }) {
  const options = ["", ...Object.keys(TYPE_ICONS)].map((type) => {
    const count = type ? list.filter((asset) => asset.type === type).length : list.length;
    return { value: type, label: t(`library.types.${type || "all"}`, { count }) };
  });
  return html`<${ListSelect} label=${t("library.type")} ...${{ value, options, onInput }} />`;
}

/** @param {{asset: Asset, open: (opened: Opened) => void}} props */
function AssetCard({ asset, open }) {
  const download = { label: t("common.download"), icon: "download", href: asset.url, download: asset.filename };
  const items = !useMay("change") ? [download] : [
    { label: t("common.rename"), icon: "pencil", onSelect: () => open({ kind: "rename", asset }) },
    download,
    { label: t("common.delete"), icon: "trash-2", danger: true, onSelect: () => open({ kind: "delete", asset }) },
  ];
  return html`<${Card}
    href=${`${projectPage(asset.projectId, "assets")}?asset=${asset.id}`}
    id=${asset.id}
    name=${asset.name}
    poster=${posterOf(asset)}
    icon=${TYPE_ICONS[asset.type] ?? "file-text"}
    note=${describe(asset)}
    menuLabel=${t("projects.actions", { name: asset.name })}
    items=${items}
  >
    ${asset.duration !== undefined &&
    html`<div class="card-marks"><span class="mark">${formatDuration(asset.duration)}</span></div>`}
  <//>`;
}

/** The thumbnail, which may still have to be made. @param {Asset} asset */
function posterOf({ thumbnail, type, url }) {
  return thumbnail ?? (type === "image" || type === "video" ? `${url}/thumbnail` : undefined);
}

/** @param {{asset: Asset, reload: () => Promise<void>, onClose: () => void}} props */
function Rename({ asset, reload, onClose }) {
  const submit = async (/** @type {string} */ name) => {
    await renameAsset(asset, name);
    await reload();
  };
  return html`<${NameDialog}
    title=${t("library.renameTitle")}
    submit=${t("common.rename")}
    name=${asset.name}
    onSubmit=${submit}
    onClose=${onClose}
  />`;
}

/** @param {{asset: Asset, reload: () => Promise<void>, onClose: () => void}} props */
function Delete({ asset, reload, onClose }) {
  const { data: uses, error } = useLoad(() => usesOfAsset(asset), [asset.id]);
  const submit = async () => {
    await deleteAsset(asset);
    await reload();
  };
  if (!uses && !error) return null; // nobody deletes what they don't know to be in use
  return html`<${DeleteDialog}
    title=${t("projects.deleteTitle", { name: asset.name })}
    onSubmit=${submit}
    onClose=${onClose}
  >
    <p>${t("library.deleteText", { file: asset.filename, size: formatSize(asset.size) })}</p>
    <${Uses} texts="library.usedByWorks" users=${uses?.works} />
    <${Uses} texts="library.usedByTemplates" users=${uses?.templates} />
    <${Uses} texts="library.usedByCast" users=${uses?.cast} />
  <//>`;
}

/** @param {{texts: string, users: {id: string, name: string}[] | undefined}} props */
function Uses({ texts, users = [] }) {
  if (!users.length) return null;
  return html`<p>${t(texts, { count: users.length })}</p>
    <ul>
      ${users.slice(0, NAMED).map(({ name }) => html`<li><bdi>${name}</bdi></li>`)}
      ${users.length > NAMED && html`<li>${t("projects.deleteMore", { count: users.length - NAMED })}</li>`}
    </ul>`;
}

/** @param {Asset} asset */
function describe({ tags, size, width, height }) {
  const parts = [width && height && `${width} × ${height}`, formatSize(size), ...(tags ?? [])];
  return parts.filter(Boolean).join(" · ");
}

/**
 * Whether the name, a tag, the description or the file's name has each word.
 * @param {Asset} asset
 * @param {string} query
 */
function contains({ name, tags, description, filename }, query) {
  const text = [name, ...(tags ?? []), description, filename].join("\n").toLocaleLowerCase();
  return query.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
}
