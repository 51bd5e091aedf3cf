/** The assets of a work's project, for all parts of the editor. */

import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { uploaded } from "../../../state/asset-uploads.js";
import { useAssets } from "../../../state/assets.js";

/** @typedef {import("../../../state/assets.js").Asset} Asset */
/** @typedef {{assets: import("@preact/signals").Signal<Asset[]|null>}} Library null: not read yet */

/** @param {import("./editor.js").Editor} editor @returns {Library} */
export function useLibrary(editor) {
  const { projectId } = editor.document.value.peek();
  const { data, reload } = useAssets(projectId);
  const library = useMemo(() => ({ assets: signal(/** @type {Asset[]|null} */ (null)) }), [projectId]);
  useEffect(() => {
    library.assets.value = data;
    if (data) editor.assetNames.value = new Map(data.map(({ id, name }) => [id, name]));
  }, [data]);
  useEffect(() => {
    if (uploaded.value) reload();
  }, [uploaded.value]);
  return library;
}
