/** The page of guests: the video with its comments, or why there is none. */

import { computed, signal, useComputed } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { timeInWords } from "../components/ago.js";
import { Boundary } from "../components/boundary.js";
import { Button, Icon, IconButton } from "../components/button.js";
import { CopyText } from "../components/copy-text.js";
import { Empty, Loading } from "../components/fallbacks.js";
import { Notice } from "../components/notice.js";
import { Toolbar } from "../components/toolbar.js";
import { DecisionDialog, DecisionList } from "../discussion/decisions.js";
import { CommentForm, Place } from "../discussion/place.js";
import { CommentList, initialOf } from "../discussion/thread.js";
import { currentDecisions, threadsOf } from "../discussion/threads.js";
import { formatDuration, formatTime, t } from "../i18n.js";
import { PLAYER_KEYS, handleKey, handleRelease } from "../player/shortcuts.js";
import { VideoPlayer as Player } from "../player/video-player.js";
import { reachable } from "../state/connection.js";
import { timecode } from "../timeline/display.js";
import { exactRate, toSeconds } from "../timeline/frames.js";
import { PasswordGate, useName } from "./gate.js";

/**
 * @typedef {import("../discussion/guests.js").Guest} Guest
 */

/**
 * The position in the video with the comments there, and the buttons.
 * @param {{guest: Guest, viewing: Viewing, isPlaying: boolean,
 *   captions: {shown: boolean, show: (shown: boolean) => void} | null}} props
 */
function Controls({ guest, viewing, isPlaying, captions }) {
  const player = viewing.player.value;
  const muted = player?.muted.value ?? false;
  return html`<div class="review-controls">
    <div class="scrubber">
      <${Marks} ...${{ guest, viewing }} />
      <${Position} viewing=${viewing} />
    </div>
    <${Toolbar} class="review-bar" label=${t("review.video")}>
      <${IconButton} icon="step-back" label=${t("review.frameBack")} onClick=${() => player?.step(-1)} />
      <${IconButton} icon=${isPlaying ? "pause" : "play"} class="play" label=${t(isPlaying ? "review.pause" : "review.play")} onClick=${() => player?.toggle()} />
      <${IconButton} icon="step-forward" label=${t("review.frameOn")} onClick=${() => player?.step(1)} />
      <${Time} viewing=${viewing} />
      <span class="spacer"></span>
      <${IconButton} icon=${muted ? "volume-x" : "volume-2"} label=${t("review.mute")} aria-pressed=${muted} onClick=${() => player?.toggleMuted()} />
      ${captions &&
      html`<${IconButton} icon="captions" label=${t("review.captions")} aria-pressed=${captions.shown} onClick=${() => captions.show(!captions.shown)} />`}
      <${IconButton} icon="maximize" label=${t("review.fullScreen")} onClick=${() => player?.toggleFullscreen()} />
    <//>
  </div>`;
}

/** The slider of the frame that is shown. @param {{viewing: Viewing}} props */
function Position({ viewing }) {
  const frame = viewing.frame.value;
  const time = timeInWords(toSeconds(frame, viewing.rate), viewing.rate);
  return html`<input
    type="range"
    min="0"
    max=${viewing.frames - 1}
    step="1"
    value=${frame}
    aria-label=${t("review.position")}
    aria-valuetext=${time}
    style=${{ "--done": String(frame / Math.max(1, viewing.frames - 1)) }}
    onInput=${(/** @type {any} */ { target }) => viewing.player.peek()?.seekFrame(Number(target.value))}
  />`;
}

/** @param {{viewing: Viewing}} props */
function Time({ viewing: { frame, frames, rate } }) {
  const at = (/** @type {number} */ each) => timecode(toSeconds(each, rate), rate);
  return html`<span class="review-time" title=${timeInWords(toSeconds(frame.value, rate), rate)}
    ><strong>${at(frame.value)}</strong> <span class="hint review-length"><span>/ </span>${at(frames)}</span>
    <span class="hint review-frame">${t("review.frame", { frame: frame.value })}</span></span
  >`;
}

/**
 * The comments at their frames, and the part that a new one is about. For pointers alone: the list of
 * comments has the same as buttons.
 * @param {{guest: Guest, viewing: Viewing}} props
 */
function Marks({ guest, viewing }) {
  const last = Math.max(1, viewing.frames - 1);
  const at = (/** @type {number} */ frame) => `${(100 * Math.min(frame, last)) / last}%`;
  const shown = guest.comments.value.filter(({ parentId, exportId, resolved }) => !parentId && !resolved && exportId === viewing.exportId);
  const { frame, endFrame } = viewing.place.value.value;
  const isPlaced = viewing.place.isChosen.value;
  return html`<div class="marks" aria-hidden="true">
    ${isPlaced && html`<span class="mark-new" style=${{ left: at(frame), right: `calc(100% - ${at(endFrame ?? frame)})` }}></span>`}
    ${shown.map(
      (comment) =>
        html`<span key=${comment.id} class="mark-place" style=${{ left: at(comment.frame), width: `calc(${at(comment.endFrame ?? comment.frame)} - ${at(comment.frame)})` }}>
          <span class=${`mark ${viewing.current.value === comment.id ? "current" : ""}`} title=${`${comment.author.name}: ${comment.text}`}
            onClick=${() => viewing.goTo(comment)}>${initialOf(comment.author.name)}</span>
        </span>`,
    )}
  </div>`;
}

/** The video with its controls. @param {{guest: Guest, viewing: Viewing}} props */
function Screen({ guest, viewing }) {
  const { version } = /** @type {any} */ (guest.review.value);
  /** @type {{current: HTMLVideoElement | null}} */
  const video = useRef(null);
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  const [captioned, setCaptioned] = useState(false);
  const source = useSource(guest);
  usePlayer(viewing, video, root);
  useKeys(viewing);
  useEffect(() => {
    const track = video.current?.textTracks[0];
    if (track) track.mode = captioned ? "showing" : "hidden";
  }, [captioned]);
  const isPlaying = useComputed(() => viewing.player.value?.playing.value ?? false).value;
  return html`<section class="review-screen" aria-label=${t("review.video")} ref=${root}>
    <div class="review-picture" style=${{ "--ratio": String(version.width / version.height) }}>
      ${source.isBroken
        ? html`<${Empty} icon="video" title=${t("review.noVideo")}><p>${t("review.noVideoText")}</p><//>`
        : html`<video ref=${video} src=${source.url} poster=${version.posterUrl} playsinline preload="auto" onError=${source.retry}
            onClick=${() => viewing.player.peek()?.toggle()}>
            ${version.captionsUrl && html`<track kind="captions" src=${version.captionsUrl} default=${captioned} />`}
          </video>`}
    </div>
    <${Controls} ...${{ guest, viewing, isPlaying }} captions=${version.captionsUrl ? { shown: captioned, show: setCaptioned } : null} />
  </section>`;
}

/**
 * The address of the video. It stays the same while it works, so that nothing is loaded twice; one that
 * has expired is replaced.
 * @param {Guest} guest
 */
function useSource(guest) {
  const now = () => /** @type {any} */ (guest.review.peek()).version.videoUrl;
  const [url, setUrl] = useState(now);
  const [isBroken, setBroken] = useState(false);
  const retry = async () => {
    await guest.renew();
    if (now() === url) setBroken(true);
    else setUrl(now());
  };
  return { url, isBroken, retry };
}

/** @param {Viewing} viewing @param {{current: HTMLVideoElement | null}} video @param {{current: HTMLElement | null}} root */
function usePlayer(viewing, video, root) {
  useEffect(() => {
    if (!video.current || !root.current) return undefined;
    const player = new Player(video.current, viewing, root.current);
    viewing.player.value = player;
    return () => {
      viewing.player.value = null;
      player.destroy();
    };
  }, []);
}

/** Play by keys, and comment by C, wherever the focus is. @param {Viewing} viewing */
function useKeys(viewing) {
  useEffect(() => {
    const keys = [
      ...PLAYER_KEYS,
      { name: "comment", keys: ["c"], run: () => /** @type {HTMLElement | null} */ (document.querySelector(".composer textarea"))?.focus() },
    ];
    const press = (/** @type {KeyboardEvent} */ event) => {
      const player = viewing.player.peek();
      if (player) handleKey(keys, event, { player: /** @type {any} */ (player) });
    };
    document.addEventListener("keydown", press);
    document.addEventListener("keyup", handleRelease);
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("keyup", handleRelease);
    };
  }, []);
}

/**
 * @typedef {import("../discussion/threads.js").Decision} Decision
 * @typedef {Decision["decision"]} Choice
 */

/** The name of the video, and what is decided about it. @param {{guest: import("../discussion/guests.js").Guest}} props */
function Header({ guest }) {
  const { name, version, versions, mayDownload, newerExport, guest: own } = /** @type {any} */ (guest.review.value);
  const [deciding, setDeciding] = useState(/** @type {Choice | null} */ (null));
  const { identify, dialog } = useName(guest);
  const decide = async (/** @type {Choice} */ choice) => {
    if (await identify()) setDeciding(choice);
  };
  const isOwn = (/** @type {Decision} */ { author }) => author.kind === "guest" && author.id === own?.id;
  const current = currentDecisions(guest.decisions.value, version.exportId);
  const ownChoice = current.find(isOwn)?.decision;
  return html`<header class="review-header">
      <div class="review-title">
        <h1 dir="auto">${name}</h1>
        ${versions.length > 1
          ? html`<${Versions} ...${{ guest, version, versions }} />`
          : html`<p class="hint">${formatTime(version.createdAt)} · ${formatDuration(version.duration)}</p>`}
      </div>
      <div class="review-actions">
        ${mayDownload &&
        html`<a class="button plain" href=${`${version.videoUrl}&download=1`} download><${Icon} name="download" /><span>${t("review.download")}</span></a>`}
        <${Button} icon="message-square-text" onClick=${() => decide("changes")}>${t("comments.askChanges")}<//>
        <${Approve} isApproved=${ownChoice === "approved"} isOld=${newerExport} onClick=${() => decide("approved")} />
      </div>
    </header>
    <div role="status" class="newer">
      ${newerExport && html`<${Notice} action=${html`<${Button} small onClick=${() => guest.load()}>${t("review.showNewer")}<//>`}>${t("review.newer")}<//>`}
    </div>
    <${DecisionList} decisions=${current} isOwn=${isOwn} />
    ${dialog}
    ${deciding &&
    html`<${DecisionDialog}
      discussion=${guest}
      exportId=${version.exportId}
      choice=${deciding}
      open=${guest.open.value.length}
      isOld=${newerExport}
      onClose=${() => setDeciding(null)}
    />`}`;
}

/**
 * The button that approves the version. It is the main one until that is done, unless there is a newer version.
 * @param {{isApproved: boolean, isOld: boolean, onClick: () => void}} props
 */
function Approve({ isApproved, isOld, onClick }) {
  if (isApproved) return html`<${Button} icon="circle-check" class="approved" onClick=${onClick}>${t("comments.approved")}<//>`;
  return html`<${Button} kind=${isOld ? "plain" : "primary"} icon="thumbs-up" onClick=${onClick}>${t("comments.approve")}<//>`;
}

/**
 * The choice among the versions that the link has shown.
 * @param {{guest: import("../discussion/guests.js").Guest, version: import("../discussion/guests.js").Version, versions: import("../discussion/guests.js").Version[]}} props
 */
function Versions({ guest, version, versions }) {
  const nameOf = (/** @type {import("../discussion/guests.js").Version} */ { number, createdAt, duration }) =>
    t("review.version", { number, date: formatTime(createdAt), duration: formatDuration(duration) });
  return html`<label class="review-version">
    <span class="visually-hidden">${t("review.versions")}</span>
    <select value=${version.exportId} onChange=${(/** @type {any} */ { target }) => guest.load(target.value)}>
      ${versions.map((each) => html`<option value=${each.exportId} selected=${each.exportId === version.exportId}>${nameOf(each)}</option>`)}
    </select>
    <${Icon} name="chevron-down" />
  </label>`;
}

/**
 * @typedef {import("../discussion/threads.js").Comment} Comment
 */

/** The comments, and the form of a new one. @param {{guest: Guest, viewing: Viewing}} props */
function Discussion({ guest, viewing }) {
  const { identify, dialog } = useName(guest);
  const comments = guest.comments.value;
  const threads = useMemo(() => threadsOf(comments, viewing.exportId), [comments]);
  const own = guest.review.value?.guest ?? null;
  const actions = useMemo(() => actionsOf(guest, viewing, identify), [guest.review.value]);
  const post = async (/** @type {string} */ text) => {
    const place = viewing.place.value.peek();
    if (!(await identify())) return false;
    await guest.add({ ...place, text, exportId: viewing.exportId });
    viewing.place.release();
    return true;
  };
  return html`<section class="discussion" aria-labelledby="comments-title">
    <h2 id="comments-title" class="visually-hidden">${t("comments.title")}</h2>
    <div class="composer">
      <${CommentForm} drafts=${guest.drafts} place=${viewing.place} frames=${viewing.frames} onSend=${post} onFocus=${() => viewing.player.peek()?.pause()} />
      ${own && html`<p class="hint" dir="auto">${t("review.you", { name: own.name })}</p>`}
    </div>
    <${CommentList} threads=${threads} rateOf=${(/** @type {string} */ id) => exactRate(guest.versionOf(id)?.fps ?? viewing.fps)} exportId=${viewing.exportId} current=${viewing.current.value}
      first="all" actions=${actions} hint=${t("comments.emptyText")} />
    ${dialog}
  </section>`;
}

/**
 * What a guest may do with comments.
 * @param {Guest} guest @param {Viewing} viewing @param {() => Promise<boolean>} identify
 * @returns {import("../discussion/thread.js").Actions}
 */
function actionsOf(guest, viewing, identify) {
  const isOwn = (/** @type {Comment} */ { author }) => author.kind === "guest" && author.id === guest.review.peek()?.guest?.id;
  return {
    goTo: (comment) => {
      if (comment.exportId !== viewing.exportId && guest.versionOf(comment.exportId)) guest.loadAt(comment);
      else viewing.goTo(comment);
    },
    versionOf: ({ exportId }) => {
      const version = guest.versionOf(exportId);
      return version && t("comments.onVersion", { number: version.number });
    },
    isOwn,
    mayRemove: isOwn,
    reply: async (parent, text) => ((await identify()) ? guest.reply(parent, text) : false),
    drafts: guest.drafts,
    edit: (comment, text) => guest.change(comment, { text }),
    mayResolve: isOwn,
    resolve: (comment, resolved) => guest.change(comment, { resolved }),
    remove: (comment) => guest.remove(comment),
  };
}

// Where a guest is in the video, and what part of it a new comment is about.

/** @typedef {import("../player/video-player.js").VideoPlayer} VideoPlayer */

class Viewing {
  /** @type {import("@preact/signals").Signal<VideoPlayer | null>} */
  player = signal(/** @type {VideoPlayer | null} */ (null));
  /** The id of the comment that was gone to. @type {import("@preact/signals").Signal<string | null>} */
  current = signal(/** @type {string | null} */ (null));

  /** @param {any} version */
  constructor(version) {
    this.exportId = version.exportId;
    this.fps = version.fps;
    this.rate = exactRate(version.fps);
    this.frames = version.frames;
    this.frame = computed(() => this.player.value?.frame.value ?? 0);
    this.place = new Place(this.frame, () => this.rate);
  }

  /** Show the frame of a comment. @param {import("../discussion/threads.js").Comment} comment */
  goTo(comment) {
    this.current.value = comment.parentId ?? comment.id;
    const player = this.player.peek();
    player?.pause();
    if (comment.exportId === this.exportId) player?.seekFrame(comment.frame);
    else player?.seek(comment.time);
  }
}

/** @param {{guest: import("../discussion/guests.js").Guest}} props */
export function ReviewPage({ guest }) {
  const phase = guest.phase.value;
  const name = guest.review.value?.name;
  useEffect(() => {
    document.title = name ? `${name} · ${t("review.page")}` : t("review.page");
  }, [name]);
  return html`<div role="status">${!reachable.value && html`<p class="offline-bar">${t("review.offline")}</p>`}</div>
    <main id="main">
      ${!(phase === "shown" && guest.review.value?.version) && phase !== "password" && html`<h1 class="visually-hidden">${t("review.page")}</h1>`}
      <${Boundary} isScreen of=${phase}>${CONTENTS[phase]({ guest })}<//>
    </main>`;
}

/** @type {Record<import("../discussion/guests.js").Phase, (props: {guest: import("../discussion/guests.js").Guest}) => any>} */
const CONTENTS = {
  loading: () => html`<${Loading} />`,
  password: ({ guest }) => html`<${PasswordGate} guest=${guest} />`,
  gone: ({ guest }) =>
    html`<${Empty} icon="link" title=${t("review.gone")}><p>${t("review.goneText")}</p><//>
      ${guest.drafts.texts().length > 0 && html`<${Unsent} texts=${guest.drafts.texts()} />`}`,
  failed: ({ guest }) => {
    const again = html`<${Button} kind="primary" icon="rotate-ccw" onClick=${() => guest.load()}>${t("common.tryAgain")}<//>`;
    return html`<${Empty} icon="circle-alert" title=${t("review.failed")} actions=${again} />`;
  },
  shown: ({ guest }) => {
    const version = guest.review.value?.version;
    if (!version) return html`<${Empty} icon="film" title=${t("review.noneYet")}><p>${t("review.noneYetText")}</p><//>`;
    return html`<${Shown} key=${version.exportId} ...${{ guest, version }} />`;
  },
};

/** What can't be sent any more, to be copied. @param {{texts: string[]}} props */
function Unsent({ texts }) {
  return html`<section class="unsent stack" aria-labelledby="unsent-title">
    <h2 id="unsent-title">${t("review.unsent")}</h2>
    ${texts.map((text) => html`<${CopyText} label=${t("review.unsent")} text=${text} />`)}
  </section>`;
}

/** @param {{guest: import("../discussion/guests.js").Guest, version: import("../discussion/guests.js").Version}} props */
function Shown({ guest, version }) {
  const viewing = useMemo(() => new Viewing(version), []);
  useEffect(() => {
    const target = guest.takeTarget();
    if (target) viewing.goTo(target); // its player is there
  }, []);
  return html`<${Header} guest=${guest} />
    <div class="review-columns">
      <${Screen} ...${{ guest, viewing }} />
      <${Discussion} ...${{ guest, viewing }} />
    </div>`;
}
