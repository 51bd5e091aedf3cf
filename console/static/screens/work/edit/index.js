import { effect, useComputed } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useMay } from "../../../components/access.js";
import { Button, Icon } from "../../../components/button.js";
import { Empty, Loading } from "../../../components/fallbacks.js";
import { FileButton } from "../../../components/files.js";
import { t } from "../../../i18n.js";
import { CLIPS_AND_PICTURES } from "../../../state/assets.js";
import { setEdited } from "../../../state/presence.js";
import { loadSheet } from "../../../style-sheets.js";
import { isArranged } from "../../../timeline/operations/index.js";
import { workPage } from "../../../urls.js";
import { BeginWithMedia } from "./bin/start.js";
import { take } from "./bin/tiles.js";
import { Desk } from "./desk.js";
import { Editor } from "./editor.js";
import { selectedOf } from "./inspector/selected.js";
import "../../../i18n/sound.js";

const SHEETS = [
  import.meta.resolve("./edit.css"),
  import.meta.resolve("./text-looks.css"),
  import.meta.resolve("./inspector/framing.css"),
  import.meta.resolve("./picture/picture.css"),
  import.meta.resolve("./timeline/timeline.css"),
  import.meta.resolve("./bin/bin.css"),
  import.meta.resolve("./comments/comments.css"),
];

/**
 * The timeline: a player, the tracks, and fields for what is selected.
 * @param {{work: import("../../../documents/document.js").Document,
 *   discussion: import("../../../discussion/members.js").WorkDiscussion}} props
 */
export default function Edit({ work, discussion }) {
  const isReadOnly = !useMay("change");
  const editor = useMemo(() => new Editor(work, isReadOnly), [work, isReadOnly]);
  const [styled, setStyled] = useState(false);
  useEffect(() => {
    Promise.all(SHEETS.map(loadSheet)).then(() => setStyled(true));
    return () => editor.destroy();
  }, [editor]);
  useEffect(() => (isReadOnly ? undefined : noteEdited(editor)), [editor, isReadOnly]);
  const isEmpty = useComputed(() => editor.ready.value && editor.model.value.plan.clips.length === 0);
  if (!styled || !editor.ready.value) return html`<${Loading} />`;
  if (isEmpty.value) {
    return isArranged(work.value.value.editorState) ? html`<${Emptied} editor=${editor} />` : html`<${Nothing} editor=${editor} />`;
  }
  return html`<${Desk} editor=${editor} discussion=${discussion} />`;
}

/** Say what is selected, as long as the editor is shown. @param {Editor} editor */
function noteEdited(editor) {
  const stop = effect(() => {
    const selected = selectedOf(editor);
    setEdited(selected?.kind ?? null, selected?.id);
  });
  return () => {
    stop();
    setEdited(null);
  };
}

/** A work without scenes. @param {{editor: Editor}} props */
function Nothing({ editor }) {
  if (editor.isReadOnly) return html`<${Empty} icon="scissors" title=${t("edit.none")} />`;
  const { projectId, id } = editor.document.value.value;
  const begin = (/** @type {File[]} */ files) => take(editor, null, files, null);
  const actions = html`<${FileButton} kind="primary" icon="plus" accept=${CLIPS_AND_PICTURES} multiple onFiles=${begin}>${t("clips.add")}<//>
    <a class="button plain" href=${workPage(projectId, id, "scenes")}>
      <span>${t("edit.toScenes")}</span><${Icon} name="arrow-right" class="directed" />
    </a>`;
  return html`<${Empty} icon="scissors" title=${t("edit.none")} actions=${actions}><p>${t("edit.noneText")}</p><//>
    <${BeginWithMedia} editor=${editor} />`;
}

/** A timeline whose clips were deleted, and the ways back. @param {{editor: Editor}} props */
function Emptied({ editor }) {
  if (editor.isReadOnly) return html`<${Empty} icon="scissors" title=${t("edit.emptied")} />`;
  const addAll = () => editor.apply({ op: "arrange", clips: editor.scenes.map((scene) => ({ scene })) });
  const actions = html`<div class="actions">
    ${editor.scenes.length > 0 && html`<${Button} kind="primary" icon="film" onClick=${addAll}>${t("edit.addScenes")}<//>`}
    ${editor.canUndo.value && html`<${Button} icon="undo-2" onClick=${() => editor.undo()}>${t("edit.undo")}<//>`}
  </div>`;
  return html`<${Empty} icon="scissors" title=${t("edit.emptied")} actions=${actions}><p>${t("edit.emptiedText")}</p><//>
    <${BeginWithMedia} editor=${editor} />`;
}
