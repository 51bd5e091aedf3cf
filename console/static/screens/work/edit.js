import { effect, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { t } from "../../i18n.js";
import { Empty } from "../../parts/empty.js";
import { Loading } from "../../parts/loading.js";
import { handleKey } from "../../player/keys.js";
import { Player } from "../../player/player.js";
import { loadSheet } from "../../style-sheets.js";
import { projectApi } from "../../urls.js";
import { AddBar } from "./edit/add-bar.js";
import { Editor } from "./edit/editor.js";
import { Inspector } from "./edit/inspector.js";
import { dragOverlays, markSelected } from "./edit/overlay-drag.js";
import { DEFAULT_ZOOM, Strip } from "./edit/strip.js";
import { Transport } from "./edit/transport.js";

const SHEET = new URL("edit/edit.css", import.meta.url).href;
const TYPING = "input, textarea, select";

/** The timeline: a player, the tracks, and fields for what is selected. @param {{work: import("../../state/document.js").Document}} props */
export default function Edit({ work }) {
  const editor = useMemo(() => new Editor(work), [work]);
  const [styled, setStyled] = useState(false);
  useEffect(() => {
    loadSheet(SHEET).then(() => setStyled(true));
    return () => editor.destroy();
  }, [editor]);
  if (!styled || !editor.ready.value) return html`<${Loading} />`;
  if (editor.model.value.plan.slots.length === 0) {
    return html`<${Empty} icon="scissors" title=${t("edit.none")}>${t("edit.noneText")}<//>`;
  }
  return html`<${Desk} editor=${editor} />`;
}

/** @param {{editor: Editor}} props */
function Desk({ editor }) {
  /** @type {{current: HTMLDivElement | null}} */
  const stage = useRef(null);
  const [player, setPlayer] = useState(/** @type {Player | null} */ (null));
  useEffect(() => {
    if (!stage.current) return undefined;
    const { projectId } = editor.document.value.peek();
    const made = new Player(stage.current, (id) => `${projectApi(projectId)}/assets/${id}`);
    const element = stage.current;
    const stops = [
      effect(() => made.load(editor.model.value)),
      effect(() => markSelected(editor, element)),
    ];
    dragOverlays(editor, element);
    setPlayer(made);
    return () => {
      for (const stop of stops) stop();
      made.destroy();
    };
  }, [editor]);
  const zoom = useSignal(DEFAULT_ZOOM);
  return html`<div class="desk" onKeyDown=${(/** @type {KeyboardEvent} */ event) => player && handleKeys(editor, player, event)}>
    <div class="desk-view">
      <div class="desk-stage" ref=${stage} tabindex="0" role="region" aria-label=${t("edit.player")}></div>
      ${player && html`<${Transport} ...${{ editor, player }} />`}
    </div>
    <${Inspector} editor=${editor} />
    <div class="desk-timeline">
      ${player && html`<${AddBar} ...${{ editor, player, zoom }} /><${Strip} ...${{ editor, player, zoom }} />`}
    </div>
  </div>`;
}

/** @param {Editor} editor @param {Player} player @param {KeyboardEvent} event */
function handleKeys(editor, player, event) {
  if (handleKey(player, event) || /** @type {Element} */ (event.target).matches(TYPING)) return;
  const key = event.key.toLowerCase();
  const modified = event.ctrlKey || event.metaKey;
  if (modified && key === "z") (event.shiftKey ? editor.redo() : editor.undo());
  else if (modified && key === "y") editor.redo();
  else if (!modified && key === "s") editor.split(player.time.peek());
  else if (key === "delete" || key === "backspace") editor.remove();
  else if (key === "escape") editor.selection.value = null;
  else return;
  event.preventDefault();
}
