import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { Failure, Loading } from "../../../components/fallbacks.js";
import { t } from "../../../i18n.js";
import { listExports } from "../../../state/exports.js";
import { isActive, jobs, loadWorkJobs } from "../../../state/jobs.js";
import { useLoad } from "../../../state/load.js";
import { toast } from "../../../state/toasts.js";
import { Handover } from "./handover.js";
import { LastStopped, RunningExport } from "./jobs.js";
import { Options } from "./options.js";
import { Videos } from "./videos.js";

/** @typedef {import("../../../state/jobs.js").Job} Job */

/**
 * The options, the running exports, and the exported videos.
 * @param {{work: import("../../../documents/document.js").Document}} props
 */
export default function Export({ work }) {
  const { data, error, reload } = useLoad(() => readAll(work.path), [work.path]);
  const ofWork = exportJobs(work.value.value.id);
  useFinished(ofWork, data, reload);
  if (!data) return error ? html`<${Failure} error=${error} />` : html`<${Loading} />`;
  const running = ofWork.filter(isActive);
  return html`<div class="export-columns">
    <${Options} work=${work} last=${data[0]} />
    <section class="stack export-videos" aria-labelledby="export-videos">
      <h2 id="export-videos">${t("export.videos")}</h2>
      ${running.map((job) => html`<${RunningExport} key=${job.id} job=${job} />`)}
      <${LastStopped} jobs=${ofWork} newest=${data[0]} />
      <${Videos} work=${work} videos=${data} reload=${reload} isRunning=${running.length > 0} />
    </section>
    <${Handover} work=${work} />
  </div>`;
}

/** @param {string} path */
async function readAll(path) {
  const [videos] = await Promise.all([listExports(path), loadWorkJobs(path)]);
  return videos;
}

/** The exports of a work that run or ran, newest first. @param {string} id @returns {Job[]} */
function exportJobs(id) {
  return [...jobs.value.values()]
    .filter(({ kind, workId }) => kind === "export" && workId === id)
    .sort((a, b) => b.createdAt - a.createdAt);
}

/**
 * Read the list again and say so when an export has ended well while the screen is open.
 * @param {Job[]} ofWork
 * @param {import("../../../state/exports.js").Export[] | null} videos
 * @param {() => Promise<void>} reload
 */
function useFinished(ofWork, videos, reload) {
  const running = useRef(/** @type {Set<string>} */ (new Set()));
  useEffect(() => {
    for (const job of ofWork) {
      if (isActive(job)) running.current.add(job.id);
      else if (running.current.delete(job.id) && job.state === "succeeded") {
        toast(t(videos?.some(({ id }) => id === job.result.id) ? "export.same" : "export.ready"));
        reload();
      }
    }
  }, [ofWork.map(({ id, state }) => id + state).join()]);
}
