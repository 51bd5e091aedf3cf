import { html } from "htm/preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Button, Icon } from "../../../components/button.js";
import { Empty, Loading } from "../../../components/fallbacks.js";
import { t } from "../../../i18n.js";
import { loadSheet } from "../../../style-sheets.js";
import { isArranged } from "../../../timeline/operations/index.js";
import { workPage } from "../../../urls.js";
import { BeginWithMedia } from "./bin/start.js";
import { Desk } from "./desk.js";
import { Editor } from "./editor.js";

const NAMES = ["edit.css", "text-looks.css", "inspector/framing.css", "picture/picture.css", "timeline/timeline.css", "bin/bin.css"];
const SHEETS = NAMES.map((name) => new URL(name, import.meta.url).href);

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
    return isArranged(work.value.value.editorState) ? html`<${Emptied} editor=${editor} />` : html`<${Nothing} editor=${editor} />`;
  }
  return html`<${Desk} editor=${editor} />`;
}

/** A work without scenes. @param {{editor: Editor}} props */
function Nothing({ editor }) {
  const { projectId, id } = editor.document.value.value;
  const actions = html`<a class="button primary" href=${workPage(projectId, id, "scenes")}>
    <span>${t("edit.toScenes")}</span><${Icon} name="arrow-right" class="directed" />
  </a>`;
  return html`<${Empty} icon="scissors" title=${t("edit.none")} actions=${actions}><p>${t("edit.noneText")}</p><//>
    <${BeginWithMedia} editor=${editor} />`;
}

/** A timeline whose clips were deleted, and the ways back. @param {{editor: Editor}} props */
function Emptied({ editor }) {
  const addAll = () => editor.apply({ op: "arrange", clips: editor.scenes.map((scene) => ({ scene })) });
  const actions = html`<div class="actions">
    ${editor.scenes.length > 0 && html`<${Button} kind="primary" icon="film" onClick=${addAll}>${t("edit.addScenes")}<//>`}
    ${editor.canUndo.value && html`<${Button} icon="undo-2" onClick=${() => editor.undo()}>${t("edit.undo")}<//>`}
  </div>`;
  return html`<${Empty} icon="scissors" title=${t("edit.emptied")} actions=${actions}><p>${t("edit.emptiedText")}</p><//>
    <${BeginWithMedia} editor=${editor} />`;
}
