/** Which scenes and captions of a work an export contains. */

/**
 * The scenes of the export: of the timeline if clips are on it, or else all.
 * @param {any} work
 * @returns {number[]} sorted
 */
function usedScenes({ editorState, scenes, generatedScenes }) {
  const track = editorState.editorData?.videoTrack ?? [];
  const onTrack = track.map((/** @type {any} */ { sceneIndex }, /** @type {number} */ index) => sceneIndex ?? index);
  const written = scenes.map((/** @type {any} */ scene) => scene.scene_index);
  const made = generatedScenes.filter(hasMedia).map((/** @type {any} */ scene) => scene.sceneIndex);
  const used = [onTrack, written, made].find((indexes) => indexes.length) ?? [];
  return [...new Set(/** @type {number[]} */ (used))].sort((a, b) => a - b);
}

/**
 * @param {any} work
 * @returns {{count: number, missing: number[], stills: number[]}} how many scenes there are; those
 *   without media, and those with a picture alone, by their indexes
 */
export function contentsOf(work) {
  const used = usedScenes(work);
  const scene = (/** @type {number} */ index) =>
    work.generatedScenes.find((/** @type {any} */ { sceneIndex }) => sceneIndex === index);
  const missing = used.filter((index) => !hasMedia(scene(index) ?? {}));
  const stills = used.filter((index) => scene(index)?.imageUrl && !scene(index).videoUrl);
  return { count: used.length, missing, stills };
}

/** How many captions there are: those of the timeline, or else the texts of scenes. @param {any} work */
export function captionsOf({ editorState, scenes }) {
  const written = scenes.filter((/** @type {any} */ { text_overlay }) => text_overlay?.trim());
  return editorState.captions?.length || written.length;
}

/** @param {any} scene */
const hasMedia = ({ imageUrl, videoUrl }) => Boolean(imageUrl || videoUrl);
