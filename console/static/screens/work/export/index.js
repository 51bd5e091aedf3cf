import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Needs, useMay } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { Failure, Loading } from "../../../components/fallbacks.js";
import { useMatch } from "../../../components/match.js";
import { Notice } from "../../../components/notice.js";
import { t } from "../../../i18n.js";
import { listExports } from "../../../state/exports.js";
import { isActive, jobs, loadWorkJobs } from "../../../state/jobs.js";
import { useLoad } from "../../../state/load.js";
import { LATEST } from "../../../state/reviews.js";
import { toast } from "../../../state/toasts.js";
import { ShareDialog } from "../reviews/share.js";
import { Handover } from "./handover.js";
import { LastStopped, RunningExport } from "./jobs.js";
import { Options } from "./options.js";
import { Videos } from "./videos.js";

/** @typedef {import("../../../state/jobs.js").Job} Job */

const NARROW = matchMedia("(width < 56rem)"); // one column: what was made comes first

/**
 * The options, the running exports, and the exported videos.
 * @param {{work: import("../../../documents/document.js").Document,
 *   discussion: import("../../../discussion/members.js").WorkDiscussion}} props
 */
export default function Export({ work, discussion }) {
  const { data, error, reload: readAgain } = useLoad(() => readAll(work.path), [work.path]);
  const reload = async () => void (await Promise.all([readAgain(), discussion.reload()]));
  const [sharing, setSharing] = useState(/** @type {string | null} */ (null));
  const mayChange = useMay("change");
  const isNarrow = useMatch(NARROW);
  const ofWork = exportJobs(work.value.value.id);
  useFinished(ofWork, data, reload);
  if (!data) return error ? html`<${Failure} error=${error} />` : html`<${Loading} />`;
  const running = ofWork.filter(isActive);
  const options = mayChange && html`<${Options} key="options" work=${work} last=${data[0]} />`;
  const videos = html`<section key="videos" class="stack export-videos" aria-labelledby="export-videos">
    <header class="export-videos-header">
      <h2 id="export-videos">${t("export.videos")}</h2>
      ${data.length > 0 && html`<${Button} icon="share-2" onClick=${() => setSharing(LATEST)}>${t("share.button")}<//>`}
    </header>
    ${!running.length && discussion.exports.value.at(0)?.isCurrent === false &&
    html`<${Notice} kind="warning">${t(mayChange ? "discussion.exportAgain" : "discussion.newerWork")}<//>`}
    ${running.map((job) => html`<${RunningExport} key=${job.id} job=${job} />`)}
    <${LastStopped} jobs=${ofWork} newest=${data[0]} />
    <${Videos} ...${{ work, videos: data, reload, discussion, share: setSharing }} isRunning=${running.length > 0} />
  </section>`;
  return html`<${Needs} right="change"><div class=${`export-columns ${mayChange ? "" : "read-only"}`}>
    ${isNarrow && data.length > 0 ? [videos, options] : [options, videos]}
    <${Handover} work=${work} />
    ${sharing && html`<${ShareDialog} path=${work.path} videos=${data} exportId=${sharing} onClose=${() => setSharing(null)} />`}
  </div><//>`;
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
