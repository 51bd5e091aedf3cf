/** What jobs are called. */

import { t } from "../../i18n.js";

const KINDS = new Set(["scenario", "export", "image", "video", "analysis", "style_guide", "descriptions"]);

/** What a job makes, such as `Scene 3`. @param {import("../../state/jobs.js").Job} job */
export function kindOf({ kind, calls, request }) {
  if (kind === "scene" && calls.length) return t("jobs.kinds.scene", { scene: calls[0].sceneIndex + 1 });
  if (kind === "scenes") return t("jobs.kinds.scenes", { count: request.sceneIndexes?.length ?? 0 });
  return t(`jobs.kinds.${KINDS.has(kind) ? kind : "other"}`);
}

/** Which job, for screen readers and questions. @param {import("../../state/jobs.js").Job} job */
export const nameOf = (job) => (job.workName ? `${kindOf(job)} · ${job.workName}` : kindOf(job));
