/** What the page uses of operations on a timeline. */

export { isArranged } from "../editor-state.js";
export { changesOf } from "./changes.js";
export { contextOf } from "./arguments.js";
export { OperationError } from "./arguments.js";
export { captionIds, newId } from "./order.js";
export { MAX_CAPTION_TEXT, MAX_CLIP_VOLUME, MAX_SPEED, MIN_SPEED } from "../facts.js";
export { applyOperation, argumentsOf } from "./operations.js";
export { rateOf } from "./rate.js";
export { coalesce, rebaseOperations } from "./rebase.js";
export { withClipsOfScenes } from "./items.js";
