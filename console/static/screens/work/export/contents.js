/** Which scenes and captions of a work an export contains. */

const DEFAULT_SCENE_SECONDS = 5;

/**
 * The scenes of the export, and when each is first shown: those on the timeline if clips are on it,
 * or else all in their order.
 * @param {any} work
 * @returns {{index: number, at: number}[]}
 */
function usedScenes({ editorState, scenes, generatedScenes }) {
  const track = editorState.editorData?.videoTrack ?? [];
  if (track.length) {
    const shown = track.map((/** @type {any} */ clip, /** @type {number} */ number) => ({
      index: clip.assetId ? null : (clip.sceneIndex ?? number),
      at: clip.start,
    }));
    return shown.filter((/** @type {any} */ { index }) => index !== null);
  }
  let at = 0;
  const made = generatedScenes.filter((/** @type {any} */ each) => hasMedia(each) && !each.removedAt).map((/** @type {any} */ { sceneIndex }) => ({ scene_index: sceneIndex }));
  return (scenes.length ? scenes : made).map((/** @type {any} */ scene) => {
    const start = at;
    at += scene.duration_seconds || DEFAULT_SCENE_SECONDS;
    return { index: scene.scene_index, at: start };
  });
}

/**
 * @param {any} work
 * @returns {{count: number, missing: {index: number, at: number}[], stills: number[]}} how many clips
 *   or scenes there are; the scenes without media, with the seconds at which they are first shown;
 *   and those with a picture alone, by their indexes
 */
export function contentsOf(work) {
  const track = work.editorState.editorData?.videoTrack ?? [];
  const firsts = new Map();
  for (const { index, at } of usedScenes(work)) firsts.set(index, Math.min(at, firsts.get(index) ?? at));
  const used = [...firsts].map(([index, at]) => ({ index, at })).sort((a, b) => a.index - b.index);
  const scene = (/** @type {number} */ index) =>
    work.generatedScenes.find((/** @type {any} */ { sceneIndex }) => sceneIndex === index);
  const missing = used.filter(({ index }) => !hasMedia(scene(index) ?? {}));
  const stills = used.filter(({ index }) => scene(index)?.imageUrl && !scene(index).videoUrl).map(({ index }) => index);
  return { count: track.length || used.length, missing, stills };
}

/** How many captions there are: those of the timeline, or else the texts of scenes. @param {any} work */
export function captionsOf({ editorState, scenes }) {
  const written = scenes.filter((/** @type {any} */ { text_overlay }) => text_overlay?.trim());
  return editorState.captions?.length || written.length;
}

/** @param {any} scene */
const hasMedia = ({ imageUrl, videoUrl }) => Boolean(imageUrl || videoUrl);
