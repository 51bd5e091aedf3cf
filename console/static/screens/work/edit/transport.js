import { useComputed, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { getBytes } from "../../../api.js";
import { Icon, IconButton } from "../../../components/button.js";
import { timeInWords } from "../../../components/ago.js";
import { Menu } from "../../../components/menu.js";
import { saveBytes } from "../../../components/files.js";
import { Toolbar } from "../../../components/toolbar.js";
import { t } from "../../../i18n.js";
import { setCover } from "../../../state/exports.js";
import { useRequest } from "../../../state/request.js";
import { toast, toastError } from "../../../state/toasts.js";
import { perSecond } from "../../../timeline/frames.js";
import { secondsOf, timecode } from "../../../timeline/display.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("../../../player/player.js").Player} Player
 */

/**
 * The buttons of the player, its time, and undo and redo.
 * @param {{editor: Editor, player: Player, review: import("./comments/review.js").TimelineReview, showKeys: () => void}} props
 */
export function Transport({ editor, player, review, showKeys }) {
  const playing = player.playing.value;
  const muted = player.muted.value;
  return html`<${Toolbar} class="transport" label=${t("edit.player")}>
    <div class="transport-side">${!editor.isReadOnly && html`<${History} editor=${editor} />`}</div>
    <div class="transport-middle">
      <${IconButton} icon="skip-back" label=${t("edit.toStart")} onClick=${() => player.seek(0)} />
      <${IconButton}
        icon=${playing ? "pause" : "play"}
        class="play"
        label=${t(playing ? "edit.pause" : "edit.play")}
        onClick=${() => player.toggle()}
      />
      <${IconButton} icon="skip-forward" label=${t("edit.toEnd")} onClick=${() => player.seek(Infinity)} />
      <${Time} ...${{ editor, player }} />
    </div>
    <div class="transport-side">
      <${CommentsButton} review=${review} />
      <${IconButton} icon=${muted ? "volume-x" : "volume-2"} label=${t("edit.mutePlayer")} aria-pressed=${muted}
        onClick=${() => player.toggleMuted()} />
      <${FrameMenu} ...${{ editor, player }} />
      <${IconButton} icon="keyboard" class="keys" label=${t("edit.keys.title")} onClick=${showKeys} />
      <${IconButton} icon="maximize" label=${t("edit.fullScreen")} onClick=${() => player.toggleFullscreen()} />
    </div>
  <//>`;
}

/**
 * What is done with the frame at the playhead: it is downloaded in the full size of the video, or becomes the cover.
 * @param {{editor: Editor, player: Player}} props
 */
function FrameMenu({ editor, player }) {
  const { busy, error, run } = useRequest();
  useEffect(() => {
    if (error) toastError(error);
  }, [error]);
  const { document, model, showsCaptions, isReadOnly } = editor;
  const isEmpty = useComputed(() => !player.end.value);
  const time = () => {
    const last = player.end.peek() - 0.5 / perSecond(model.peek().plan.rate); // at the end, the last one is shown
    return Math.max(0, Math.min(player.time.peek(), last));
  };
  const download = async () => {
    const [at, { rate }] = [time(), model.peek().plan];
    const captions = showsCaptions.peek() ? "burn" : "none";
    await document.flush();
    const bytes = await getBytes(`${document.path}/frame?at=${at.toFixed(6)}&captions=${captions}`);
    saveBytes(bytes, "image/jpeg", `${document.value.peek().name} ${timecode(at, rate).replaceAll(":", "-")}.jpg`);
  };
  const choose = async () => {
    const before = document.value.peek().editorState.cover ?? null;
    await setCover(document, { at: Number(time().toFixed(6)) });
    const action = { label: t("edit.undo"), run: () => run(() => setCover(document, before)) };
    toast(t("edit.coverChosen"), { action, brief: true });
  };
  const items = [
    { label: t("edit.downloadFrame"), icon: "download", onSelect: () => run(download) },
    ...(isReadOnly ? [] : [{ label: t("edit.useAsCover"), icon: "image", onSelect: () => run(choose) }]),
  ];
  if (busy || isEmpty.value) {
    return html`<${IconButton} reading icon=${busy ? "loader-circle" : "image"} label=${t("edit.thisFrame")} aria-busy=${busy} disabled />`;
  }
  return html`<${Menu} reading icon="image" label=${t("edit.thisFrame")} items=${items} />`;
}

/** Shows and hides the comments; says how many are open. @param {{review: import("./comments/review.js").TimelineReview}} props */
function CommentsButton({ review }) {
  const count = review.open.value.length;
  const shown = review.isShown.value;
  const label = count > 0 ? t("comments.withOpen", { count }) : t("comments.title");
  return html`<button type="button" class="icon-button comments-button" title=${label} aria-label=${label} aria-pressed=${shown}
    onClick=${() => review.show(!shown)}>
    <${Icon} name="message-square" />
    ${count > 0 && html`<span class="badge">${count > 99 ? "99+" : count}</span>`}
  </button>`;
}

/** @param {{editor: Editor}} props */
function History({ editor }) {
  return html`<${IconButton} icon="undo-2" label=${t("edit.undo")} disabled=${!editor.canUndo.value} onClick=${() => editor.undo()} />
    <${IconButton} icon="redo-2" label=${t("edit.redo")} disabled=${!editor.canRedo.value} onClick=${() => editor.redo()} />`;
}

/**
 * The time, and the only part that changes at each frame. A time that is typed into it is gone to.
 * @param {{editor: Editor, player: Player}} props
 */
function Time({ editor, player }) {
  const { rate } = editor.model.value.plan;
  const typed = useSignal(/** @type {string | null} */ (null));
  const current = timecode(player.time.value, rate);
  const isWrong = typed.value !== null && secondsOf(typed.value, rate) === null;
  const finish = () => {
    const seconds = typed.peek() === null ? null : secondsOf(/** @type {string} */ (typed.peek()), rate);
    if (seconds !== null) player.seek(seconds);
    typed.value = null;
  };
  const press = (/** @type {any} */ event) => {
    if (event.key === "Escape") typed.value = null;
    if (event.key === "Enter" && isWrong) return;
    if (event.key === "Enter" || event.key === "Escape") event.target.blur();
  };
  return html`<span class="time">
    <input
      type="text"
      class="time-input"
      aria-label=${t("edit.time")}
      title=${`${timeInWords(player.time.value, rate)}. ${t("edit.timeHint")}`}
      aria-invalid=${isWrong}
      autocomplete="off"
      value=${typed.value ?? current}
      onFocus=${(/** @type {any} */ event) => event.target.select()}
      onInput=${(/** @type {any} */ event) => (typed.value = event.target.value)}
      onKeyDown=${press}
      onBlur=${finish}
    />
    <span class="time-total" title=${timeInWords(player.end.value, rate)}>/ ${timecode(player.end.value, rate)}</span>
  </span>`;
}
