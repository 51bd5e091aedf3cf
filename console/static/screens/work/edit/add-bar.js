import { html } from "htm/preact";
import { Button } from "../../../components/button.js";
import { FileButton } from "../../../components/files.js";
import { Menu } from "../../../components/menu.js";
import { t } from "../../../i18n.js";
import { MIN_SECONDS } from "../../../timeline/facts.js";
import { newId } from "../../../timeline/operations/index.js";
import { announceAdded } from "./announcements.js";
import { PICTURE_SECONDS, pictureSize } from "./bin/adding.js";
import { MusicMenu } from "./music-menu.js";
import { ACCEPTED } from "./own-audio.js";
import { TemplateMenu } from "./templates.js";
import { TextPresetMenu } from "./text-presets.js";

const TEXT_SECONDS = 3;

/** @typedef {import("./editor.js").Editor} Editor */

/**
 * What can be added at the current time.
 * @param {{editor: Editor, player: import("../../../player/player.js").Player,
 *   ownAudio: import("./own-audio.js").OwnAudio, library: import("./library.js").Library}} props
 */
export function AddBar({ editor, player, ownAudio, library }) {
  const ofType = (/** @type {string} */ type) => (library.assets.value ?? []).filter((asset) => asset.type === type);
  const add = (/** @type {"clip"|"text"|"picture"} */ kind, /** @type {any} */ operation) => {
    const id = newId(kind);
    editor.apply({ ...operation, new: id });
    editor.selection.value = id;
    announceAdded(editor, id);
    return id;
  };
  const addItem = (/** @type {"text"|"picture"} */ kind, /** @type {number} */ seconds, /** @type {object} */ fields) => {
    const [now, last] = [player.time.peek(), player.end.peek()];
    const start = now < last - MIN_SECONDS ? now : Math.max(0, last - seconds); // at the end, it would not be seen
    return add(kind, { op: kind, start, end: start + seconds, ...fields });
  };
  const scenes = scenesOf(editor.sources.value).map((scene) => ({
    label: t("scenes.scene", { number: scene + 1 }),
    icon: "film",
    onSelect: () => add("clip", { op: "insert", scene }),
  }));
  const pictures = ofType("image").map((asset) => ({
    label: asset.name,
    icon: "image",
    onSelect: () => addItem("picture", PICTURE_SECONDS, { asset: asset.id, ...pictureSize(editor, asset) }),
  }));
  const addText = (/** @type {object} */ fields) => {
    const id = addItem("text", TEXT_SECONDS, fields);
    const { animationIn } = editor.state.peek().textOverlays?.[id] ?? {};
    if (animationIn) player.seek(player.time.peek() + animationIn.seconds); // where it is seen
    editor.typing.value = id;
  };
  return html`<div class="add-bar" role="group" aria-label=${t("edit.add")}>
    <${Button} small icon="type" onClick=${() => addText({ text: t("edit.newText") })}>${t("edit.addText")}<//>
    <${TextPresetMenu} add=${addText} />
    <${Menu} label=${t("edit.addClip")} items=${scenes} icon="film" />
    ${pictures.length > 0 && html`<${Menu} label=${t("edit.addPicture")} items=${pictures} icon="image-plus" />`}
    <${FileButton} as=${MusicMenu} accept=${ACCEPTED} onFiles=${ownAudio.send} ...${{ editor, ownAudio }} assets=${ofType("audio")} />
    <${TemplateMenu} editor=${editor} />
  </div>`;
}

/** The scenes that have media. @param {import("../../../timeline/placed-clips.js").Sources} sources */
function scenesOf(sources) {
  return Object.keys(sources).map(Number).filter(Number.isInteger);
}
