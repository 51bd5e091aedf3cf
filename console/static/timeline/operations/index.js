/** What the page uses of operations on a timeline. */

export { isArranged } from "../editor-state.js";
export { changesOf } from "./changes.js";
export { contextOf } from "./context.js";
export { OperationError } from "./errors.js";
export { captionIds, newId } from "./ids.js";
export { MAX_CAPTION_TEXT, MAX_CLIP_VOLUME, MAX_SPEED, MIN_SPEED } from "../facts.js";
export { applyOperation, argumentsOf } from "./operations.js";
export { rateOf } from "./rate.js";
export { coalesce, rebaseOperations } from "./rebase.js";
export { withClipsOfScenes } from "./view.js";
