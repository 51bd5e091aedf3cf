/** The desk: media to choose from, the player, the inspector, and the timeline. */

import { effect, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Boundary } from "../../../components/boundary.js";
import { IconButton } from "../../../components/button.js";
import { Dialog } from "../../../components/dialogs.js";
import { useMatch } from "../../../components/match.js";
import { t } from "../../../i18n.js";
import { Player } from "../../../player/player.js";
import { handleKey, handleRelease } from "../../../player/shortcuts.js";
import { projectApi } from "../../../urls.js";
import { ACTIONS, GROUPS, keyLabels } from "./actions.js";
import { Bin } from "./bin/index.js";
import { FileDrops } from "./bin/tiles.js";
import { CommentsPanel } from "./comments/panel.js";
import { TimelineReview } from "./comments/review.js";
import { ContextMenu } from "./context-menu.js";
import { Clipboard } from "./copies.js";
import { cancelDrag } from "./drag.js";
import { Inspector } from "./inspector/index.js";
import { useLibrary } from "./library.js";
import { useOwnAudio } from "./own-audio.js";
import { VoiceRecording } from "./record.js";
import { editOnPicture } from "./picture/index.js";
import { PICTURE_KEYS } from "./picture/typing.js";
import { FOCUS_KEYS } from "./timeline/focus.js";
import { Timeline } from "./timeline/index.js";
import { Zoom } from "./timeline/zoom.js";
import { Toolbar } from "./toolbar.js";
import { Transport } from "./transport.js";
import { usePlayerWhileTyping } from "./typing-view.js";

// The keyboard shortcuts of the editor, and the dialog that lists them.

/** @typedef {import("./actions.js").Target} Target */

/** @type {Record<string, {name: string, keys: string[]}[]>} with those that clips and the picture handle */
const LISTED = { ...GROUPS, clips: FOCUS_KEYS, picture: PICTURE_KEYS };

/**
 * Handle keys wherever the focus is while the editor is shown.
 * @param {Target | null} target
 */
function useShortcuts(target) {
  useEffect(() => {
    if (!target) return undefined;
    const press = (/** @type {KeyboardEvent} */ event) => handleKey(ACTIONS, event, target);
    document.addEventListener("keydown", press);
    document.addEventListener("keyup", handleRelease);
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("keyup", handleRelease);
    };
  });
}

const SAME = ["=", "Shift+Backspace"]; // as others, which are listed

/** The keys of the editor, and what they do. @param {{onClose: () => void}} props */
function KeysDialog({ onClose }) {
  return html`<${Dialog} title=${t("edit.keys.title")} wide onClose=${onClose}>
    <p class="hint">${t("edit.keys.hint")}</p>
    <div class="key-lists">
      ${Object.entries(LISTED).map(
        ([group, bindings]) =>
          html`<section>
            <h3>${t(`edit.keys.groups.${group}`)}</h3>
            <dl class="key-list">${bindings.filter(({ keys }) => keys.length > 0).map(KeyRow)}</dl>
          </section>`,
      )}
    </div>
  <//>`;
}

/** @param {{name: string, keys: string[]}} binding */
function KeyRow({ name, keys }) {
  const isOfArrows = keys.length === 4;
  const listed = isOfArrows ? [keys[0].replace("ArrowLeft", "Arrows")] : keys.filter((key) => !SAME.includes(key));
  return html`<div>
    <dt>${t(`edit.keys.${name}`)}</dt>
    <dd>${listed.map((key) => html`<span>${keyLabels(key).map((label) => html`<kbd>${label}</kbd>`)}</span>`)}</dd>
  </div>`;
}

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("../../../discussion/members.js").WorkDiscussion} Discussion
 */

const WIDE = matchMedia("(width >= 80rem)"); // the bin has a column of its own beside the player
const NARROW = matchMedia("(width < 56rem)"); // the inspector is below the timeline

/** @param {{editor: Editor, discussion: Discussion}} props */
export function Desk({ editor, discussion }) {
  /** @type {{current: HTMLDivElement | null}} */
  const stage = useRef(null);
  const player = usePlayer(editor, stage);
  useFocusBack(editor, stage);
  useEffect(() => cancelDrag, []);
  const ownAudio = useOwnAudio(editor);
  const library = useLibrary(editor);
  const review = useReview(editor, discussion, player);
  const zoom = useMemo(() => new Zoom(() => editor.model.value.duration), [editor]);
  const clipboard = useMemo(() => new Clipboard(editor), [editor]);
  const hasBin = useBin(!editor.isReadOnly);
  const [listed, setListed] = useState(false);
  const showKeys = () => setListed(true);
  const [isRecording, setRecording] = useState(false);
  const record = () => setRecording(!editor.isReadOnly);
  const target = player && { editor, player, clipboard, zoom, showKeys, record };
  useShortcuts(target);
  const isNarrow = useMatch(NARROW);
  const inspector = !editor.isReadOnly && html`<${Boundary} key="inspector"><${Inspector} ...${{ editor, player, ownAudio }} /><//>`;
  const side = review.isShown.value ? html`<${Boundary} key="comments"><${CommentsPanel} ...${{ editor, review }} /><//>` : inspector;
  const timeline = html`<div key="timeline" class="desk-timeline">
    ${target &&
    html`<${Toolbar} ...${{ target, editor, player: target.player, zoom, ownAudio, library, hasBin }} />
      <${Boundary}><${Timeline} ...${{ editor, player: target.player, zoom, review }} /><//>`}
  </div>`;
  /** @type {{current: HTMLDivElement | null}} */
  const root = useRef(null);
  usePlayerWhileTyping(root);
  return html`<div ref=${root} class=${`desk ${hasBin.value ? "" : "no-bin"} ${editor.isReadOnly ? "read-only" : ""}`}>
    <${BinColumn} ...${{ editor, player, library, shown: hasBin }} />
    <div class="desk-view">
      <div class="desk-stage" ref=${stage} tabindex="0" role="region" aria-label=${t("edit.player")}></div>
      ${player && html`<${Boundary}><${Transport} ...${{ editor, player, review, showKeys }} /><//>`}
    </div>
    ${isNarrow ? [timeline, side] : [side, timeline]}
  </div>
  ${player && !editor.isReadOnly && html`<${FileDrops} ...${{ editor, player }} />`}
  ${target && html`<${ContextMenu} target=${target} />`}
  ${player && isRecording && html`<${VoiceRecording} ...${{ editor, player }} onClose=${() => setRecording(false)} />`}
  ${listed && html`<${KeysDialog} onClose=${() => setListed(false)} />`}`;
}

/**
 * Whether the bin is shown: at first where it has a column, and again when there is one.
 * @param {boolean} isOffered
 */
function useBin(isOffered) {
  const shown = useSignal(isOffered && WIDE.matches);
  useEffect(() => {
    const follow = () => (shown.value = isOffered && WIDE.matches);
    WIDE.addEventListener("change", follow);
    return () => WIDE.removeEventListener("change", follow);
  }, [shown, isOffered]);
  return shown;
}

/**
 * The comments on the work's videos, which the player goes to.
 * @param {Editor} editor @param {Discussion} discussion @param {Player | null} player
 */
function useReview(editor, discussion, player) {
  const review = useMemo(() => new TimelineReview(discussion, editor.isReadOnly), [editor, discussion]);
  useEffect(() => {
    review.player.value = player;
  }, [review, player]);
  return review;
}

/**
 * The media to choose from: a column, or a drawer over the player where there is no space for one.
 * @param {{editor: Editor, player: Player | null, library: import("./library.js").Library,
 *   shown: import("@preact/signals").Signal<boolean>}} props
 */
function BinColumn({ editor, player, library, shown }) {
  if (!shown.value) return null;
  const close = () => (shown.value = false);
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || WIDE.matches) return;
    event.preventDefault();
    close();
  };
  return html`<section id="bin" class="desk-bin" aria-label=${t("edit.bin.title")} onKeyDown=${press}>
    <header class="desk-bin-header">
      <h2>${t("edit.bin.title")}</h2>
      <${IconButton} icon="x" label=${t("edit.bin.hide")} onClick=${close} />
    </header>
    <${Boundary}><${Bin} ...${{ editor, player, library }} /><//>
  </section>`;
}

/**
 * A player in an element, of what the editor has.
 * @param {Editor} editor @param {{current: HTMLDivElement | null}} stage
 */
function usePlayer(editor, stage) {
  const [player, setPlayer] = useState(/** @type {Player | null} */ (null));
  useEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    const { projectId } = editor.document.value.peek();
    const made = new Player(element, (id) => `${projectApi(projectId)}/assets/${id}`);
    const stops = [effect(() => made.load(editor.model.value)), effect(() => made.showGone(namesOf(editor.library.gone.value)))];
    if (!editor.isReadOnly) stops.push(editOnPicture(editor, made, element));
    setPlayer(made);
    return () => {
      for (const stop of stops) stop();
      made.destroy();
    };
  }, [editor]);
  return player;
}

/** @param {Map<string, import("./library.js").Gone>} gone */
const namesOf = (gone) => new Map([...gone].map(([id, { name }]) => [id, name]));

/**
 * Focus the player when the focused item was deleted, for those who go on with the Tab key.
 * @param {Editor} editor @param {{current: HTMLElement | null}} stage
 */
function useFocusBack(editor, stage) {
  const selected = editor.selection.value;
  const before = useRef(selected);
  useLayoutEffect(() => {
    if (before.current !== null && document.activeElement === document.body) stage.current?.focus({ preventScroll: true });
    before.current = selected;
  }, [selected]);
}
