/**
 * Scenes that this page has added and not saved yet. If somebody else has added one with the same index
 * meanwhile, they are two scenes: the one that was saved first keeps the index.
 */

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
