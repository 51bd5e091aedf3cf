import { html } from "htm/preact";
import { Button, IconButton } from "../../../components/button.js";
import { FileButton } from "../../../components/files.js";
import { Menu } from "../../../components/menu.js";
import { t } from "../../../i18n.js";
import { listAssets } from "../../../state/assets.js";
import { useLoad } from "../../../state/load.js";
import { addClip } from "../../../timeline/clips.js";
import { actionsOf } from "../../../timeline/editor-state.js";
import { addPicture, addText } from "../../../timeline/overlays.js";
import { DEFAULT_SCENE_SECONDS } from "../../../timeline/timeline.js";
import { ACCEPTED, MusicMenu } from "./music.js";
import { TemplateMenu } from "./templates.js";
import { SCALES } from "./tracks.js";

/** @typedef {import("./editor.js").Editor} Editor */

/**
 * What can be added at the current time, and the actions on what is selected.
 * @param {{editor: Editor, player: import("../../../player/player.js").Player,
 *   zoom: import("@preact/signals").Signal<number>, ownAudio: import("./music.js").OwnAudio}} props
 */
export function AddBar({ editor, player, zoom, ownAudio }) {
  const { projectId } = editor.document.value.value;
  const { data: assets } = useLoad(() => listAssets(projectId), [projectId]);
  const ofType = (/** @type {string} */ type) => (assets ?? []).filter((asset) => asset.type === type);
  const add = (/** @type {import("../../../timeline/editor-state.js").TrackName} */ track, /** @type {(state: any) => any} */ change) => {
    editor.change(change);
    editor.selection.value = actionsOf(editor.state.peek(), track).at(-1)?.id ?? null;
  };
  const scenes = Object.keys(editor.sources.value).map(Number).map((scene) => ({
    label: t("scenes.scene", { number: scene + 1 }),
    icon: "film",
    onSelect: () => add("videoTrack", (state) => addClip(state, scene, secondsOf(editor, scene))),
  }));
  const pictures = ofType("image").map((asset) => ({
    label: asset.name,
    icon: "image",
    onSelect: () => add("imageTrack", (state) => addPicture(state, player.time.peek(), asset)),
  }));
  const addNewText = () => {
    add("textTrack", (state) => addText(state, player.time.peek(), { text: t("edit.newText") }));
    requestAnimationFrame(selectWords);
  };
  return html`<div class="add-bar" role="toolbar" aria-label=${t("edit.add")}>
    <${Button} small icon="type" onClick=${addNewText}>${t("edit.addText")}<//>
    <${Menu} label=${t("edit.addClip")} items=${scenes} icon="film" />
    ${pictures.length > 0 && html`<${Menu} label=${t("edit.addPicture")} items=${pictures} icon="image-plus" />`}
    <${FileButton} as=${MusicMenu} accept=${ACCEPTED} onFiles=${ownAudio.send} ...${{ editor, ownAudio }} assets=${ofType("audio")} />
    <${TemplateMenu} editor=${editor} />
    <span class="spacer"></span>
    <${IconButton} icon="zoom-out" label=${t("edit.zoomOut")} disabled=${zoom.value === 0} onClick=${() => zoom.value--} />
    <${IconButton} icon="zoom-in" label=${t("edit.zoomIn")} disabled=${zoom.value === SCALES.length - 1} onClick=${() => zoom.value++} />
    <${Button} small icon="scissors" onClick=${() => editor.split(player.time.peek())}>${t("edit.split")}<//>
  </div>`;
}

/** Let what is typed next replace the words of the selected text. */
function selectWords() {
  const words = /** @type {HTMLTextAreaElement | null} */ (document.querySelector(".inspector textarea"));
  words?.focus();
  words?.select();
}

/**
 * How long a scene is shown: its clip, or its picture as the scenario says.
 * @param {Editor} editor
 * @param {number} scene
 */
function secondsOf(editor, scene) {
  const written = editor.document.value.peek().scenes.find((/** @type {any} */ each) => each.scene_index === scene);
  return editor.sources.peek()[scene].seconds || written?.duration_seconds || DEFAULT_SCENE_SECONDS;
}
