import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, get } from "../../../api.js";
import { at } from "../../../base.js";
import { Needs, useMay } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { Failure, Loading } from "../../../components/fallbacks.js";
import { CancelButton, JobIcon, ResumeButton } from "../../../components/job.js";
import { useMatch } from "../../../components/match.js";
import { Notice } from "../../../components/notice.js";
import { Progress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { isVideo, listExports } from "../../../state/exports.js";
import { isActive, isResumable, jobs, loadWorkJobs } from "../../../state/jobs.js";
import { useLoad } from "../../../state/load.js";
import { LATEST } from "../../../state/reviews.js";
import { toast } from "../../../state/toasts.js";
import { ShareDialog } from "../reviews/share.js";
import { Options } from "./options.js";
import { Videos } from "./videos.js";

/** @typedef {import("../../../state/jobs.js").Job} Job */

const STEP = 25; // percent: what is announced

/** A running export, which is scrolled into view when it starts. @param {{job: Job}} props */
function RunningExport({ job }) {
  const { state, progress } = job;
  const name = nameOf(job);
  const announced = STEP * Math.floor(progress.percent / STEP);
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  useEffect(() => root.current?.scrollIntoView({ block: "nearest" }), []);
  return html`<div ref=${root} class="panel export-job">
    <div class="export-job-head">
      <h3>${name}</h3>
      <span aria-hidden="true">${progress.percent} %</span>
    </div>
    <${Progress} label=${name} value=${state === "queued" ? 0 : progress.percent} />
    <div class="export-job-foot">
      <p>${progress.message}</p>
      <${CancelButton} job=${job} name=${name} />
    </div>
    <span class="visually-hidden" role="status">${t("export.announced", { percent: announced })}</span>
  </div>`;
}

/**
 * The last export if it failed or was cancelled, and nothing has been exported since.
 * @param {{jobs: Job[], newest: import("../../../state/exports.js").Export | undefined}} props
 */
function LastStopped({ jobs, newest }) {
  const [job] = jobs;
  if (!job || !isResumable(job) || jobs.some(isActive) || job.createdAt < (newest?.createdAt ?? 0)) return null;
  const { state, reason, progress } = job;
  return html`<div class=${`panel export-job ${state}`} role="status">
    <div class="export-stopped">
      <${JobIcon} state=${state} />
      <div>
        <h3>${t(`export.stopped.${state}`, { percent: progress.percent })}</h3>
        ${reason && html`<p class="job-reason" dir="auto">${reason}</p>`}
      </div>
      <${ResumeButton} job=${job} name=${nameOf(job)} />
    </div>
  </div>`;
}

/** @param {Job} job */
function nameOf({ request }) {
  const { width, height, quality } = request.timeline.output;
  return quality === "draft" ? t("export.makingDraft") : t("export.making", { width, height });
}

const FILES = { otio: "", zip: "?bundle=1" };

/**
 * The timeline for editing programs.
 * @param {{work: import("../../../documents/document.js").Document}} props
 */
function Handover({ work }) {
  const [busy, setBusy] = useState("");
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const path = `${work.path}/timeline.otio`;
  const download = async (/** @type {keyof typeof FILES} */ kind) => {
    setBusy(kind);
    setError(null);
    try {
      await work.flush();
      await get(path); // says why if there is no timeline to hand over; a link could not
      save(path + FILES[kind], `${work.value.value.name}.${kind}`);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
    setBusy("");
  };
  const button = (/** @type {keyof typeof FILES} */ kind) =>
    html`<${Button} reading icon="download" busy=${busy === kind} onClick=${() => download(kind)}>${t(`export.${kind}`)}<//>`;
  return html`<section class="panel stack export-handover" aria-labelledby="export-handover">
    <div>
      <h2 id="export-handover">${t("export.handover")}</h2>
      <p class="hint">${t("export.handoverText")}</p>
    </div>
    <div class="export-downloads">${button("otio")}${button("zip")}</div>
    ${error && html`<${Notice} kind="error">${error.text}<//>`}
  </section>`;
}

/** Let the browser download a file, with the cookie for media. @param {string} href @param {string} name */
function save(href, name) {
  const link = document.createElement("a");
  link.href = at(href);
  link.download = name;
  link.click();
}

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
  const options = mayChange && html`<${Options} key="options" work=${work} last=${data.find(isVideo)} />`;
  const videos = html`<section key="videos" class="stack export-videos" aria-labelledby="export-videos">
    <header class="export-videos-header">
      <h2 id="export-videos">${t("export.videos")}</h2>
      ${data.some(isVideo) && html`<${Button} icon="share-2" onClick=${() => setSharing(LATEST)}>${t("share.button")}<//>`}
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
    ${sharing && html`<${ShareDialog} path=${work.path} videos=${data.filter(isVideo)} exportId=${sharing} onClose=${() => setSharing(null)} />`}
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
