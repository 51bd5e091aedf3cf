import { effect } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button, Icon } from "../../../components/button.js";
import { Empty, Loading } from "../../../components/fallbacks.js";
import { t } from "../../../i18n.js";
import { Player } from "../../../player/player.js";
import { handleKey } from "../../../player/shortcuts.js";
import { loadSheet } from "../../../style-sheets.js";
import { isArranged } from "../../../timeline/operations/index.js";
import { projectApi, workPage } from "../../../urls.js";
import { AddBar } from "./add-bar.js";
import { Editor } from "./editor.js";
import { Inspector } from "./inspector/index.js";
import { dragOverlays, markSelected } from "./overlay-drag.js";
import { useOwnAudio } from "./own-audio.js";
import { EDITOR_KEYS, KeysDialog } from "./shortcuts.js";
import { Timeline } from "./timeline/index.js";
import { Zoom } from "./timeline/zoom.js";
import { Transport } from "./transport.js";

const SHEETS = ["edit.css", "timeline/timeline.css"].map((name) => new URL(name, import.meta.url).href);

/**
 * The timeline: a player, the tracks, and fields for what is selected.
 * @param {{work: import("../../../documents/document.js").Document}} props
 */
export default function Edit({ work }) {
  const editor = useMemo(() => new Editor(work), [work]);
  const [styled, setStyled] = useState(false);
  useEffect(() => {
    Promise.all(SHEETS.map(loadSheet)).then(() => setStyled(true));
    return () => editor.destroy();
  }, [editor]);
  if (!styled || !editor.ready.value) return html`<${Loading} />`;
  if (editor.model.value.plan.clips.length === 0) {
    return isArranged(editor.state.value) ? html`<${Emptied} editor=${editor} />` : html`<${Nothing} work=${work} />`;
  }
  return html`<${Desk} editor=${editor} />`;
}

/** @param {{work: import("../../../documents/document.js").Document}} props */
function Nothing({ work }) {
  const { projectId, id } = work.value.value;
  const actions = html`<a class="button primary" href=${workPage(projectId, id, "scenes")}>
    <span>${t("edit.toScenes")}</span><${Icon} name="arrow-right" class="directed" />
  </a>`;
  return html`<${Empty} icon="scissors" title=${t("edit.none")} actions=${actions}><p>${t("edit.noneText")}</p><//>`;
}

/** A timeline whose clips were deleted, and the ways back. @param {{editor: Editor}} props */
function Emptied({ editor }) {
  const addAll = () => editor.apply({ op: "arrange", clips: editor.scenes.map((scene) => ({ scene })) });
  const actions = html`<div class="actions">
    ${editor.scenes.length > 0 && html`<${Button} kind="primary" icon="film" onClick=${addAll}>${t("edit.addScenes")}<//>`}
    ${editor.canUndo.value && html`<${Button} icon="undo-2" onClick=${() => editor.undo()}>${t("edit.undo")}<//>`}
  </div>`;
  return html`<${Empty} icon="scissors" title=${t("edit.emptied")} actions=${actions}><p>${t("edit.emptiedText")}</p><//>`;
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
  useFocusBack(editor, stage);
  const ownAudio = useOwnAudio(editor);
  const zoom = useMemo(() => new Zoom(() => editor.model.value.duration), [editor]);
  const [listed, setListed] = useState(false);
  const showKeys = () => setListed(true);
  const press = (/** @type {KeyboardEvent} */ event) =>
    player && handleKey(EDITOR_KEYS, event, { editor, player, showKeys });
  return html`<div class="desk" onKeyDown=${press}>
    <div class="desk-view">
      <div class="desk-stage" ref=${stage} tabindex="0" role="region" aria-label=${t("edit.player")}></div>
      ${player && html`<${Transport} ...${{ editor, player, showKeys }} />`}
    </div>
    <${Inspector} ...${{ editor, player, ownAudio }} />
    <div class="desk-timeline">
      ${player && html`<${AddBar} ...${{ editor, player, zoom, ownAudio }} /><${Timeline} ...${{ editor, player, zoom }} />`}
    </div>
  </div>
  ${listed && html`<${KeysDialog} onClose=${() => setListed(false)} />`}`;
}

/**
 * Focus the player when the focused item was deleted, so that shortcuts keep working.
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
