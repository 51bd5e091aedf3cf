/** Actions on the scenes of a work. */

import { del, post } from "../../../api.js";
import { resumeJob, startJob } from "../../../state/jobs.js";
import { workApi } from "../../../urls.js";

// Scenes that this page has added and not saved yet. If somebody else has added one with the same index
// meanwhile, they are two scenes: the one that was saved first keeps the index.

/**
 * @typedef {import("../../../documents/document.js").Document} Document
 * @typedef {{scenes?: {scene_index: number}[], generatedScenes?: {sceneIndex: number}[]}} Work
 */

class AddedScenes {
  /** @type {Set<number>} */
  #indexes = new Set();
  /** Of scenes whose index has changed, or was taken. @type {Map<number, string | number>} */
  #keys = new Map();
  #taken = 0;

  /** @param {number} index  of a scene that was just added */
  add(index) {
    this.#indexes.add(index);
  }

  /** What stays the same for a scene on the screen when its index changes. @param {number} index */
  keyOf(index) {
    return this.#keys.get(index) ?? index;
  }

  /**
   * Return changed fields in which scenes with indexes that others have taken have free ones.
   * @param {Work} edits
   * @param {Work} base  the version that they were made in @param {Work} theirs
   * @returns {Work}
   */
  apart(edits, base, theirs) {
    for (const index of [...this.#indexes]) {
      if (hasScene(base, index)) this.#indexes.delete(index);
      else if (hasScene(edits, index) && hasScene(theirs, index)) edits = this.#renumber(edits, theirs, index);
    }
    return edits;
  }

  /** @param {Work} edits @param {Work} theirs @param {number} index */
  #renumber(edits, theirs, index) {
    const mine = edits.scenes ?? [];
    const free = freeIndex({ ...theirs, scenes: [...mine, ...(theirs.scenes ?? [])] });
    this.#indexes.delete(index);
    this.#indexes.add(free);
    this.#keys.set(free, this.keyOf(index));
    this.#taken += 1;
    this.#keys.set(index, `taken-${this.#taken}`);
    const scenes = mine.map((scene) => (scene.scene_index === index ? { ...scene, scene_index: free } : scene));
    return { ...edits, scenes };
  }
}

/** @type {WeakMap<Document, AddedScenes>} */
const added = new WeakMap();

/** The scenes that were added to a work. @param {Document} work */
export function addedIn(work) {
  const known = added.get(work);
  if (known) return known;
  const scenes = new AddedScenes();
  added.set(work, scenes);
  work.fields.prepare = (edits, base, theirs) => scenes.apart(edits, base, theirs);
  return scenes;
}

/** The next index that no scene and no media have. @param {Work} work */
export function freeIndex({ scenes = [], generatedScenes = [] }) {
  const indexes = [...scenes.map((scene) => scene.scene_index), ...generatedScenes.map((made) => made.sceneIndex)];
  return Math.max(-1, ...indexes) + 1;
}

/** @param {Work} work @param {number} index */
const hasScene = ({ scenes = [] }, index) => scenes.some((scene) => scene.scene_index === index);

/**
 * @typedef {{scene_index: number, duration_seconds?: number, image_prompt?: string,
 *   negative_prompt?: string, video_prompt?: string, text_overlay?: string | null,
 *   transition?: string, narration?: import("./narration/actions.js").Narration | null, cast?: string[] | null,
 *   motion?: any}} Scene
 */

/** The roles of the models that make scenes, and of those that write. @type {import("../../../state/providers.js").Role[]} */
export const MADE = ["image", "video"];
/** @type {import("../../../state/providers.js").Role[]} */
export const LLM = ["llm"];
const NEW_SCENE_SECONDS = 5;

/** The path of a work in the API, which stays the same. @param {Document} work */
export const pathOf = ({ value }) => workApi(value.peek().projectId, value.peek().id);

/** The scenes in their order, which is the list's. @param {any} work @returns {Scene[]} */
export const scenesOf = (work) => work.scenes;

/** A scene's entry in `generatedScenes`. @param {any} work @param {number} index */
export const madeOf = (work, index) =>
  work.generatedScenes.find((/** @type {any} */ made) => made.sceneIndex === index);

/**
 * The id of the photo that a scene's picture is a copy of; null if its picture is generated.
 * @param {any} work
 * @param {number} index
 * @returns {string | null}
 */
export function directAsset({ assetUsageMode, selectedAssetIds: ids }, index) {
  return assetUsageMode === "direct" && ids.length ? ids[index % ids.length] : null;
}

/**
 * Whether a scene shows a photo of the user's that moves, and so needs no clip.
 * @param {any} work @param {Scene} scene
 */
export const isMovingPhoto = (work, { scene_index: index, motion }) => Boolean(motion) && directAsset(work, index) !== null;

/**
 * Whether a scene can be made: it has a picture, a prompt for one, or uses an asset.
 * @param {any} work
 * @param {Scene} scene
 */
export const canMake = (work, scene) =>
  Boolean(
    madeOf(work, scene.scene_index)?.imageUrl ||
      scene.image_prompt?.trim() ||
      directAsset(work, scene.scene_index),
  );

/** @param {Document} work @param {number} index @param {Partial<Scene>} fields */
export function editScene(work, index, fields) {
  const scenes = work.value.value.scenes.map((/** @type {Scene} */ scene) =>
    scene.scene_index === index ? { ...scene, ...fields } : scene,
  );
  work.edit({ scenes });
}

/**
 * Add a scene after another one, by default at the end.
 * @param {Document} work @param {number} [after] @returns {number} its index
 */
export function addScene(work, after) {
  const index = freeIndex(work.value.value);
  const empty = { image_prompt: "", negative_prompt: "", video_prompt: "", text_overlay: null };
  const scene = { scene_index: index, duration_seconds: NEW_SCENE_SECONDS, ...empty, transition: "cut" };
  const { scenes } = work.value.value;
  const place = scenes.findIndex((/** @type {Scene} */ each) => each.scene_index === after) + 1 || scenes.length;
  work.edit({ scenes: scenes.toSpliced(place, 0, scene) });
  addedIn(work).add(index);
  return index;
}

/**
 * Restore a removed scene to its place, with another index if its own is taken.
 * @param {Document} work
 * @param {Scene} scene
 * @param {number} place
 */
function restoreScene(work, scene, place) {
  const { scenes } = work.value.value;
  const isTaken = scenes.some((/** @type {Scene} */ other) => other.scene_index === scene.scene_index);
  const index = isTaken ? freeIndex(work.value.value) : scene.scene_index;
  if (isTaken) addedIn(work).add(index);
  const restored = { ...scene, scene_index: index };
  work.edit({ scenes: [...scenes.slice(0, place), restored, ...scenes.slice(place)] });
}

/**
 * Remove a scene. Its media stay with its index, which no new scene gets, so that it has them again when it is restored.
 * @param {Document} work
 * @param {number} index
 * @returns {() => void} undoes that
 */
export function removeScene(work, index) {
  const { scenes } = work.value.value;
  const place = scenes.findIndex((/** @type {Scene} */ each) => each.scene_index === index);
  const scene = scenes[place];
  work.edit({ scenes: scenes.filter((/** @type {Scene} */ each) => each !== scene) });
  return () => restoreScene(work, scene, place);
}

/** Copy a scene with its media; the copy comes after it. Throws ApiError. @param {Document} work @param {number} index */
export async function duplicateScene(work, index) {
  await work.flush();
  await post(`${pathOf(work)}/scenes/${index}/duplicate`);
  await work.refresh();
}

/** Exchange the places of two scenes. @param {Document} work @param {number} a @param {number} b */
export function swapScenes(work, a, b) {
  const { scenes } = work.value.value;
  const [first, second] = [a, b].map((index) =>
    scenes.findIndex((/** @type {Scene} */ scene) => scene.scene_index === index),
  );
  const swapped = [...scenes];
  [swapped[first], swapped[second]] = [scenes[second], scenes[first]];
  work.edit({ scenes: swapped });
}

/**
 * Make the pictures and clips that scenes lack; a scene that lacks nothing is made anew. Throws ApiError.
 * @param {Document} work
 * @param {number[]} indexes
 */
export async function makeScenes(work, indexes) {
  await work.flush(); // the prompts as they are shown
  const isDone = (/** @type {number} */ index) => madeOf(work.value.value, index)?.videoUrl;
  const missing = indexes.filter((index) => !isDone(index));
  const path = pathOf(work);
  if (missing.length) await startJob(path, { kind: "scenes", sceneIndexes: missing });
  for (const index of indexes.filter(isDone)) {
    await startJob(path, { kind: "scene", sceneIndex: index });
  }
}

/**
 * The scenes that are to show a photo and have neither picture nor clip, by their indexes.
 * @param {any} work
 */
export const withoutPhoto = (work) =>
  scenesOf(work)
    .map((scene) => scene.scene_index)
    .filter((index) => directAsset(work, index) !== null)
    .filter((index) => !madeOf(work, index)?.imageUrl && !madeOf(work, index)?.videoUrl);

/**
 * Give scenes their photos as pictures, which costs nothing. Throws ApiError.
 * @param {Document} work
 * @param {number[]} indexes
 */
export async function usePhotos(work, indexes) {
  await work.flush();
  await startJob(pathOf(work), { kind: "scenes", sceneIndexes: indexes, redo: "image" });
}

/**
 * Delete a scene's clip, and make another one that begins with its picture. Throws ApiError.
 * @param {Document} work
 * @param {number} index
 */
export async function makeClipAnew(work, index) {
  await work.flush();
  await del(`${pathOf(work)}/media/scene/${index}/video`);
  await work.refresh();
  await makeScenes(work, [index]);
}

/**
 * Try a scene again. A job for this scene only is resumed, so that nothing is paid twice; after a job
 * for several scenes, a new job makes only this one. Throws ApiError.
 * @param {Document} work
 * @param {number} index
 * @param {import("../../../state/jobs.js").Job | undefined} job
 */
export async function tryAgain(work, index, job) {
  await work.flush();
  if (job && (job.kind === "scene" || job.state === "interrupted")) await resumeJob(job);
  else await makeScenes(work, [index]);
}
