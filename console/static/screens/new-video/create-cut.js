/** Creates a cut of clips and photos: a project with them, and a work that shows them one after the other. */

import { ApiError, post } from "../../api.js";
import { clipSeconds } from "../../state/assets.js";
import { createProject } from "../../state/projects.js";
import { createWork } from "../../state/works.js";
import { SIZES } from "../../timeline/size.js";
import { workApi } from "../../urls.js";
import { addFile, nothing as nothingReceived } from "./create.js";
import { fitOf, shapeOf } from "./motions.js";

const AT_ONCE = 100; // operations in a request

/**
 * @typedef {import("./create.js").Received & {work: any}} Made what there is already
 */

/** @returns {Made} */
export const nothing = () => ({ ...nothingReceived(), work: null });

/**
 * Create what is not there yet. A file that the service refuses is left out. Throws ApiError, also where
 * all are refused, and AbortError if `signal` is aborted.
 * @param {{name: string, files: File[]}} asked
 * @param {Made} made
 * @param {{signal: AbortSignal, onSent: (number: number, fraction: number) => void}} options
 *   `onSent` gets the number of the file that is sent, from 1, and how much of all has been sent
 * @returns {Promise<any>} the work
 */
export async function createCut({ name, files }, made, { signal, onSent }) {
  const { id } = (made.project ??= await createProject({ name, projectType: "blank" }));
  const total = files.reduce((sum, { size }) => sum + size, 0) || 1;
  let sent = 0;
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    const onProgress = (/** @type {number} */ fraction) => onSent(index + 1, (sent + fraction * file.size) / total);
    onProgress(0);
    await addFile(file, made, { signal, onProgress });
    sent += file.size;
  }
  signal.throwIfAborted();
  const assets = files.flatMap((file) => made.assets.get(file) ?? []);
  if (!assets.length) throw new ApiError(400, { error: [...made.refused.values()][0] });
  const sizes = assets.map(({ width = 0, height = 0 }) => ({ width, height })).filter(({ width, height }) => width && height);
  const frame = SIZES[shapeOf(sizes)];
  const work = (made.work ??= await createWork(id, { name, resolution: frame }));
  await arrange(workApi(id, work.id), assets, { ...frame, fit: fitOf(sizes, frame) });
  return work;
}

/**
 * Put assets into a work one after the other, in place of what an earlier attempt has put there.
 * @param {string} path @param {import("../../state/assets.js").Asset[]} assets @param {Record<string, any>} format
 */
async function arrange(path, assets, format) {
  const insertions = assets.map((asset) => ({ op: "insert", asset: asset.id, seconds: clipSeconds(asset) }));
  const operations = [{ op: "clear" }, { op: "format", ...format }, ...insertions];
  for (let first = 0; first < operations.length; first += AT_ONCE) {
    await post(`${path}/timeline/operations`, { operations: operations.slice(first, first + AT_ONCE) });
  }
}
