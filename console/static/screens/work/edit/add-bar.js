import { html } from "htm/preact";
import { get, post } from "../../../api.js";
import { t } from "../../../i18n.js";
import { Button, IconButton } from "../../../parts/button.js";
import { Menu } from "../../../parts/menu.js";
import { useLoad } from "../../../state/load.js";
import { toastError } from "../../../state/toasts.js";
import { addClip } from "../../../timeline/clips.js";
import { addPicture, addText, setMusic } from "../../../timeline/overlays.js";
import { actionsOf } from "../../../timeline/state.js";
import { DEFAULT_SCENE_SECONDS } from "../../../timeline/timeline.js";
import { SCALES } from "./strip.js";
import { projectApi, workApi } from "../../../urls.js";

/**
 * What can be added at the current time, and the actions on what is selected.
 * @param {{editor: import("./editor.js").Editor, player: import("../../../player/player.js").Player,
 *   zoom: import("@preact/signals").Signal<number>}} props
 */
export function AddBar({ editor, player, zoom }) {
  const { projectId, id } = editor.document.value.value;
  const { data } = useLoad(async () => (await get(`${projectApi(projectId)}/assets`)).data.assets, [projectId]);
  const assets = data ?? [];
  const ofType = (/** @type {string} */ type) => assets.filter((/** @type {any} */ each) => each.type === type);
  const add = (/** @type {import("../../../timeline/state.js").TrackName} */ track, /** @type {(state: any) => any} */ change) => {
    editor.change(change);
    editor.selection.value = actionsOf(editor.state.peek(), track).at(-1)?.id ?? null;
  };
  const scenes = Object.keys(editor.sources.value).map(Number).map((scene) => ({
    label: t("scenes.scene", { number: scene + 1 }),
    icon: "film",
    onSelect: () => add("videoTrack", (state) => addClip(state, scene, secondsOf(editor, scene))),
  }));
  const pictures = ofType("image").map((/** @type {any} */ asset) => ({
    label: asset.name,
    icon: "image",
    onSelect: () => add("imageTrack", (state) => addPicture(state, player.time.peek(), asset)),
  }));
  const music = (/** @type {string} */ label, /** @type {string} */ icon, /** @type {string|null} */ url) => ({
    label,
    icon,
    checked: (editor.state.value.audioUrl ?? null) === url,
    onSelect: () => {
      editor.change((state) => setMusic(state, url));
      editor.selection.value = null; // the fields of the whole video have its volume
    },
  });
  const sounds = [
    music(t("edit.noMusic"), "volume-x", null),
    music(t("edit.workAudio"), "music", `${workApi(projectId, id)}/media/audio`),
    ...ofType("audio").map((/** @type {any} */ asset) => music(asset.name, "music", asset.url)),
  ];
  const { data: templates } = useLoad(
    async () => (await get(`${projectApi(projectId)}/templates`)).data.templates,
    [projectId],
  );
  const designs = (templates ?? []).map((/** @type {any} */ template) => ({
    label: template.name,
    icon: "layout-template",
    onSelect: () => applyTemplate(editor.document, template.id).catch(toastError),
  }));
  return html`<div class="add-bar" role="toolbar" aria-label=${t("edit.add")}>
    <${Button} small icon="type" onClick=${() => add("textTrack", (state) => addText(state, player.time.peek(), { text: t("edit.newText") }))}>${t("edit.addText")}<//>
    <${Menu} label=${t("edit.addClip")} items=${scenes} icon="film" />
    ${pictures.length > 0 && html`<${Menu} label=${t("edit.addPicture")} items=${pictures} icon="image-plus" />`}
    <${Menu} label=${t("edit.chooseMusic")} items=${sounds} icon="music" />
    ${designs.length > 0 && html`<${Menu} label=${t("edit.applyTemplate")} items=${designs} icon="layout-template" />`}
    <span class="spacer"></span>
    <${IconButton} icon="zoom-out" label=${t("edit.zoomOut")} disabled=${zoom.value === 0} onClick=${() => zoom.value--} />
    <${IconButton} icon="zoom-in" label=${t("edit.zoomIn")} disabled=${zoom.value === SCALES.length - 1} onClick=${() => zoom.value++} />
    <${Button} small icon="scissors" onClick=${() => editor.split(player.time.peek())}>${t("edit.split")}<//>
  </div>`;
}

/** How long a scene is shown: its clip, or its picture as the scenario says. @param {import("./editor.js").Editor} editor @param {number} scene */
function secondsOf(editor, scene) {
  const written = editor.document.value.peek().scenes.find((/** @type {any} */ each) => each.scene_index === scene);
  return editor.sources.peek()[scene].seconds || written?.duration_seconds || DEFAULT_SCENE_SECONDS;
}

/** Add a template's overlays. @param {import("../../../state/document.js").Document} document @param {string} templateId */
async function applyTemplate(document, templateId) {
  await document.flush();
  const { data, etag } = await post(`${document.path}/apply-template`, { templateId });
  document.accept(data, etag);
}
