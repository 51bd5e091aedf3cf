/** Tiles in rows, of which only those in view are in the page. */

import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../../../../components/button.js";
import { FileButton } from "../../../../components/files.js";
import { Menu } from "../../../../components/menu.js";
import { formatDuration, t } from "../../../../i18n.js";
import { addFiles, uploads } from "../../../../state/asset-uploads.js";
import { ACCEPTED } from "../../../../state/assets.js";
import { actionsOf } from "../../../../timeline/editor-state.js";
import { UploadList } from "../../../project/assets/upload-list.js";
import { Drop, dragFrom } from "../drag.js";
import { binTab } from "../kept.js";
import { add, draggedAsset, isEffect } from "./adding.js";

// A thing of the bin: its picture, which plays under the pointer, and its name.

const PATIENCE = 200; // milliseconds: a pointer that passes plays nothing

/**
 * A click adds it, and it can be dragged.
 * @param {{dragged: import("../drag.js").Dragged, icon: string, seconds?: number, video?: string,
 *   actions?: import("../../../../components/menu.js").MenuItem[],
 *   onAdd: (place?: import("../drag.js").Place | null) => void}} props
 */
export function Tile({ dragged, icon, seconds, video, actions = [], onAdd }) {
  const { label, picture } = dragged;
  const { plays, hover } = useHover(Boolean(video));
  const [isMissing, setMissing] = useState(false);
  const press = (/** @type {PointerEvent} */ event) => dragFrom(event, dragged, (place) => onAdd(place ?? undefined));
  return html`<div class="bin-tile" role="listitem" ...${hover}>
    <button type="button" class="bin-add" title=${t("edit.bin.add", { name: label })} aria-label=${t("edit.bin.add", { name: label })}
      onPointerDown=${press} onClick=${() => onAdd()} onDragStart=${(/** @type {Event} */ event) => event.preventDefault()}>
      <span class="bin-picture">
        ${picture && !isMissing
          ? html`<img src=${picture} alt="" loading="lazy" decoding="async" onError=${() => setMissing(true)} />`
          : html`<${Icon} name=${icon} />`}
        ${plays && html`<video src=${video} muted autoplay loop playsinline aria-hidden="true"></video>`}
      </span>
      <span class="bin-name" dir="auto">${label}</span>
    </button>
    <span class="bin-now" aria-hidden="true"><${Icon} name="plus" />${t("edit.bin.addNow")}</span>
    ${seconds !== undefined && html`<span class="mark">${formatDuration(seconds)}</span>`}
    ${actions.length > 0 && html`<${Menu} label=${t("projects.actions", { name: label })} items=${actions} class="icon-button bin-menu" />`}
  </div>`;
}

/** Whether a pointer has been over something for a moment. @param {boolean} isPlayable */
function useHover(isPlayable) {
  const [plays, setPlays] = useState(false);
  const timer = useRef(0);
  const leave = () => {
    clearTimeout(timer.current);
    setPlays(false);
  };
  const enter = (/** @type {PointerEvent} */ event) => {
    if (isPlayable && event.pointerType === "mouse") timer.current = window.setTimeout(() => setPlays(true), PATIENCE);
  };
  useEffect(() => leave, []);
  return { plays, hover: { onPointerEnter: enter, onPointerLeave: leave } };
}

// Files that are dropped anywhere on the screen: uploaded, and put where they fell.

/**
 * @typedef {import("../drag.js").Place} Place
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../player/player.js").Player} Player
 */

const KINDS = ["video", "image", "audio"];

/** @param {{editor: Editor, player: Player|null}} props  without a player, they begin the cut */
export function FileDrops({ editor, player }) {
  const { projectId } = editor.document.value.value;
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    /** @type {Drop|null} */
    let drop = null;
    const end = () => {
      drop?.end();
      drop = null;
      setOver(false);
    };
    const over = (/** @type {DragEvent} */ event) => {
      if (!hasFiles(event)) return;
      if (event.defaultPrevented) return end(); // something on the screen takes them itself
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      drop ??= new Drop({ kind: kindOf(event), label: "" });
      drop.move({ x: event.clientX, y: event.clientY });
      setOver(true);
    };
    const leave = (/** @type {DragEvent} */ event) => {
      if (!event.relatedTarget) end(); // not to another element of the page
    };
    const fall = (/** @type {DragEvent} */ event) => {
      const place = drop?.place ?? null;
      end();
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      take(editor, player, [...(event.dataTransfer?.files ?? [])], place);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", fall);
    return () => {
      end();
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", fall);
    };
  }, [editor, player]);
  const running = uploads.value.filter(({ project }) => project === projectId);
  return html`${isOver && html`<div class="files-over" aria-hidden="true"></div>`}
    <div class="bin-uploads"><${UploadList} uploads=${running} /></div>`;
}

/**
 * Upload files; those that fell on the timeline are put there, in their order.
 * @param {Editor} editor @param {Player|null} player @param {File[]} files @param {Place|null} fallen
 */
export function take(editor, player, files, fallen) {
  const place = player ? fallen : { as: /** @type {const} */ ("clip"), time: 0, after: null };
  /** The ids of what was added, by the numbers of the files. @type {(string|null)[]} */
  const added = files.map(() => null);
  showUploaded(editor);
  addFiles(editor.document.value.peek().projectId, files, (asset, number) => {
    if (!place) return;
    const dragged = draggedAsset(asset);
    const before = added.slice(0, number).findLast((id) => id !== null && isClip(editor, id));
    const after = before ?? place.after;
    const isThere = typeof after !== "string" || isClip(editor, after);
    added[number] = add(editor, player, dragged, isThere ? { ...place, as: fitting(dragged, place), after } : undefined);
  });
}

/** Show what is uploaded. @param {Editor} editor */
const showUploaded = (editor) => (binTab.value = { work: editor.document.value.peek().id, tab: "media" });

/**
 * A place that suits what the file turned out to be.
 * @param {import("../drag.js").Dragged} dragged @param {Place} place @returns {Place["as"]}
 */
function fitting({ kind, asset }, { as }) {
  if (kind === "audio") return as === "sound" || isEffect(asset) ? "sound" : "place";
  return kind === "image" && as === "picture" ? "picture" : "clip";
}

/** @param {Editor} editor @param {string} id */
function isClip(editor, id) {
  return actionsOf(editor.state.peek(), "videoTrack").some((each) => each.id === id);
}

/** @param {DragEvent} event */
const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files") ?? false;

/** What files are, as far as the browser says before they are dropped. @param {DragEvent} event */
function kindOf({ dataTransfer }) {
  const type = dataTransfer?.items[0]?.type.split("/")[0] ?? "";
  return /** @type {import("../drag.js").Dragged["kind"]} */ (KINDS.includes(type) ? type : "file");
}

const ROW = 7; // rem
const WIDTH = 6.5; // rem of a tile at least
const AHEAD = 2; // rows

/** @typedef {{columns: number, first: number, last: number}} View  the rows that are in the page */

/** @param {HTMLElement} list @param {View} before @returns {View} */
function viewOf({ clientWidth, clientHeight, scrollTop }, before) {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const columns = Math.max(2, Math.floor(clientWidth / (WIDTH * rem)));
  const first = Math.max(0, Math.floor(scrollTop / (ROW * rem)) - AHEAD);
  const last = Math.ceil((scrollTop + clientHeight) / (ROW * rem)) + AHEAD;
  return before.columns === columns && before.first === first && before.last === last ? before : { columns, first, last };
}

/**
 * @template Item
 * @param {{items: Item[], tile: (item: Item) => any, label: string}} props
 */
export function Tiles({ items, tile, label }) {
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  const [view, setView] = useState({ columns: 2, first: 0, last: 8 });
  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (root.current);
    const measure = () => setView((before) => viewOf(element, before));
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    element.addEventListener("scroll", measure); // not by `onScroll`: it would still be called after the list has gone
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);
  const { columns, first, last } = view;
  const rows = Math.ceil(items.length / columns);
  const start = Math.min(first, Math.max(0, rows - 1));
  return html`<div ref=${root} class="bin-tiles">
    <div class="bin-rows" role="list" aria-label=${label}
      style=${`--columns:${columns};--row:${ROW}rem;height:${rows * ROW}rem;padding-top:${start * ROW}rem`}>
      ${items.slice(start * columns, last * columns).map(tile)}
    </div>
  </div>`;
}

// The assets of the project: searched, chosen by type, uploaded.

/** @typedef {import("../../../../state/assets.js").Asset} Asset */

const TYPES = ["video", "image", "audio"];
/** @type {Record<string, string>} */
const ICONS = { video: "video", image: "image", audio: "music" };

/** @param {import("./index.js").BinProps} props */
export function Library({ editor, player, library }) {
  const { projectId } = editor.document.value.value;
  const [query, setQuery] = useState("");
  const [type, setType] = useState("");
  const assets = library.assets.value;
  const shown = useMemo(() => chosen(assets ?? [], type, query), [assets, type, query]);
  const tile = (/** @type {Asset} */ asset) => html`<${AssetTile} key=${asset.id} ...${{ asset, editor, player }} />`;
  return html`<div class="bin-tools" role="search">
      <span class="search">
        <${Icon} name="search" />
        <input type="search" class="input" dir="auto" aria-label=${t("edit.bin.search")} placeholder=${t("edit.bin.search")}
          value=${query} onInput=${(/** @type {any} */ { target }) => setQuery(target.value)} />
      </span>
      <select class="input" aria-label=${t("library.type")} value=${type} onInput=${(/** @type {any} */ { target }) => setType(target.value)}>
        ${["", ...TYPES].map((each) => html`<option value=${each} selected=${each === type}>${t(`edit.bin.types.${each || "all"}`)}</option>`)}
      </select>
      <${FileButton} small icon="upload" accept=${ACCEPTED} multiple onFiles=${(/** @type {File[]} */ files) => addFiles(projectId, files)}>
        ${t("edit.bin.upload")}
      <//>
    </div>
    ${assets && shown.length === 0 && html`<p class="note">${t(query || type ? "edit.bin.noMatch" : "edit.bin.noAssets")}</p>`}
    ${shown.length > 0 && html`<${Tiles} items=${shown} tile=${tile} label=${t("edit.bin.tabs.media")} />`}`;
}

/** @param {{asset: Asset, editor: import("../editor.js").Editor, player: import("../../../../player/player.js").Player | null}} props */
function AssetTile({ asset, editor, player }) {
  const dragged = draggedAsset(asset);
  const put = (/** @type {any} */ place) => add(editor, player, dragged, place);
  const over = () => put({ as: "picture", time: player?.time.peek() ?? 0 });
  /** @type {Record<string, import("../../../../components/menu.js").MenuItem[]>} */
  const actions = {
    image: [
      { label: t("edit.bin.asClip"), icon: "film", onSelect: () => put(undefined) },
      { label: t("edit.bin.asPicture"), icon: "layers", onSelect: over },
    ],
    audio: [
      { label: t("heard.asSound"), icon: "audio-lines", onSelect: () => put({ as: "sound", time: player?.time.peek() ?? 0 }) },
      { label: t("heard.asVoice"), icon: "mic", onSelect: () => put({ as: "sound", time: player?.time.peek() ?? 0, isVoice: true }) },
      { label: t("heard.asMusic"), icon: "music", onSelect: () => put(null) },
    ],
  };
  return html`<${Tile}
    ...${{ dragged, actions: actions[asset.type] }}
    icon=${ICONS[asset.type] ?? "file-text"}
    seconds=${asset.videoDuration ?? asset.duration}
    video=${asset.type === "video" ? asset.url : undefined}
    onAdd=${put}
  />`;
}

/** @param {Asset[]} assets @param {string} type @param {string} query */
function chosen(assets, type, query) {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return assets.filter((asset) => {
    if (type ? asset.type !== type : !TYPES.includes(asset.type)) return false;
    const text = [asset.name, ...(asset.tags ?? []), asset.filename].join("\n").toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
