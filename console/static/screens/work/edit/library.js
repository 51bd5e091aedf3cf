/** The assets of a work's project, for all parts of the editor. */

import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { uploaded } from "../../../state/asset-uploads.js";
import { readAsset, useAssets } from "../../../state/assets.js";
import { listTrash } from "../../../state/trash.js";
import { actionsOf } from "../../../timeline/editor-state.js";

/**
 * @typedef {import("../../../state/assets.js").Asset} Asset
 * @typedef {{name: string, trashId: string|null}} Gone  a deleted asset; without a name if it is not known,
 *   and without the id of its entry if it is in no trash
 */

/** The assets of the project, and what is known of those that the work shows and that were deleted. */
export class Library {
  /** null: not read yet. @type {import("@preact/signals").Signal<Asset[]|null>} */
  assets = signal(/** @type {Asset[]|null} */ (null));
  /** By the ids of assets. @type {import("@preact/signals").Signal<Map<string, Gone>>} */
  gone = signal(/** @type {Map<string, Gone>} */ (new Map()));
  /** The ids of those that are shown and not among the assets. @type {string[]} */
  missing = [];
  /** Their names, by their ids. */
  names = computed(() => {
    const present = (this.assets.value ?? []).map(({ id, name }) => /** @type {[string, string]} */ ([id, name]));
    const deleted = [...this.gone.value].map(([id, { name }]) => /** @type {[string, string]} */ ([id, name]));
    return new Map([...deleted.filter(([, name]) => name), ...present]);
  });

  /** List an asset that is shown before the list is read again. @param {Asset} asset */
  know(asset) {
    const known = this.assets.peek();
    if (known && !known.some(({ id }) => id === asset.id)) this.assets.value = [...known, asset];
  }
}

/**
 * Keep the assets of a work's project, as long as a part of its editor is shown.
 * @param {import("./editor.js").Editor} editor
 */
export function useLibrary(editor) {
  const { projectId } = editor.document.value.peek();
  const { data, reload } = useAssets(projectId);
  const { library } = editor;
  useEffect(() => {
    if (data) library.assets.value = data;
  }, [data]);
  useEffect(() => effect(() => followGone(editor)), [editor]);
  useEffect(() => {
    if (uploaded.value) reload();
  }, [uploaded.value]);
  return library;
}

/** Find out which assets a work shows that were deleted. @param {import("./editor.js").Editor} editor */
function followGone({ library, document, state }) {
  const assets = library.assets.value;
  if (!assets) return;
  const present = new Set(assets.map(({ id }) => id));
  const ids = shownAssets(state.value).filter((id) => !present.has(id));
  if (ids.join() === library.missing.join()) return;
  library.missing = ids;
  if (ids.length === 0) library.gone.value = new Map();
  else findGone(library, ids, document.value.peek().projectId);
}

/**
 * Ask for assets that are not among the known ones: they may be new. Those that are gone may be in the trash.
 * @param {Library} library @param {string[]} ids @param {string} project
 */
async function findGone(library, ids, project) {
  const entries = await listTrash().catch(() => []); // without it, they are told without names
  const deleted = entries.filter((entry) => entry.kind === "asset" && entry.projectId === project);
  const inTrash = new Map(deleted.map((entry) => [entry.documentId, { name: entry.name, trashId: entry.id }]));
  const isGone = async (/** @type {string} */ id) => inTrash.has(id) || (await readAsset(project, id).catch(() => undefined)) === null;
  const found = await Promise.all(ids.map(isGone));
  if (ids !== library.missing) return;
  const unnamed = (/** @type {string} */ id) => ({ name: library.names.peek().get(id) ?? "", trashId: null });
  const missing = ids.filter((_, index) => found[index]);
  library.gone.value = new Map(missing.map((id) => [id, inTrash.get(id) ?? unnamed(id)]));
}

/** The ids of the assets that a timeline shows or plays. @param {import("../../../timeline/editor-state.js").State} state @returns {string[]} */
function shownAssets(state) {
  const actions = [...actionsOf(state, "videoTrack"), ...actionsOf(state, "soundTrack")];
  const pictures = actionsOf(state, "imageTrack").map(({ id }) => state.imageOverlays?.[id]?.assetId);
  const music = musicAsset(state);
  return [...new Set([...actions.map(({ assetId }) => assetId), ...pictures, music].filter(Boolean))].sort();
}

/**
 * The id of the asset that is the music; undefined if it is the work's own file, or there is none.
 * @param {import("../../../timeline/editor-state.js").State} state @returns {string|undefined}
 */
export const musicAsset = ({ audioUrl }) => /\/assets\/([^/]+)$/.exec(audioUrl ?? "")?.[1];
