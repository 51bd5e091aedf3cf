/** The bar above the timeline. */

import { useComputed } from "@preact/signals";
import { html } from "htm/preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError, post } from "../../../api.js";
import { Icon } from "../../../components/button.js";
import { FormDialog } from "../../../components/dialogs.js";
import { NameField, SelectField, TextField } from "../../../components/field.js";
import { FileButton } from "../../../components/files.js";
import { Menu } from "../../../components/menu.js";
import { Toolbar as Bar } from "../../../components/toolbar.js";
import { t } from "../../../i18n.js";
import { useLoad } from "../../../state/load.js";
import { createTemplate, listTemplates, placeholdersOf, readContent } from "../../../state/templates.js";
import { toast, toastError } from "../../../state/toasts.js";
import { settingsOf } from "../../../timeline/editor-state.js";
import { MIN_SECONDS } from "../../../timeline/facts.js";
import { newId } from "../../../timeline/operations/index.js";
import { overlayCounts, templateOf } from "../../../timeline/template.js";
import { toolOf } from "./actions.js";
import { announceAdded } from "./announcements.js";
import { PICTURE_SECONDS, pictureSize } from "./bin/adding.js";
import { ACCEPTED, setMusic, soundsOf } from "./own-audio.js";
import { PictureDialog } from "./pictures.js";
import { TextPresetMenu } from "./text-presets.js";
import { ZoomControls } from "./timeline/zoom-controls.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {(values: Record<string, string>) => Promise<void>} Apply  throws ApiError
 */

const TIMINGS = ["relative", "absolute"];

/**
 * The project's templates to apply, and a new one of what is on the timeline.
 * @param {{editor: Editor}} props
 */
function TemplateMenu({ editor }) {
  const { projectId } = editor.document.value.peek();
  const hasOverlays = useComputed(() => {
    const { texts, images } = overlayCounts(editor.state.value);
    return texts + images > 0;
  });
  const { data, reload } = useLoad(() => listTemplates(projectId), [projectId]);
  const [saving, setSaving] = useState(false);
  const [asked, setAsked] = useState(/** @type {{name: string, keys: string[], apply: Apply} | null} */ (null));
  const choose = async (/** @type {import("../../../state/templates.js").TemplateSummary} */ { id, name }) => {
    const keys = placeholdersOf(await readContent(projectId, id));
    /** @type {Apply} */
    const apply = (values) => editor.follow(() => applyTemplate(editor.document, id, values));
    if (keys.length) setAsked({ name, keys, apply });
    else await apply({});
  };
  const items = (data ?? []).map((template) => ({
    label: template.name,
    icon: "layout-template",
    onSelect: () => choose(template).catch(toastError),
  }));
  const save = { label: t("edit.template.new"), icon: "save", onSelect: () => setSaving(true) };
  const canSave = hasOverlays.value;
  const word = t("templates.title");
  if (!items.length && !canSave) return html`<${Tool} icon="layout-template" ...${{ word }} disabled />`;
  const line = items.length && canSave ? [null] : [];
  return html`<${ToolMenu} icon="layout-template" ...${{ word }} items=${[...items, ...line, ...(canSave ? [save] : [])]} />
    ${saving && html`<${TemplateDialog} editor=${editor} onSaved=${reload} onClose=${() => setSaving(false)} />`}
    ${asked && html`<${Placeholders} ...${asked} onClose=${() => setAsked(null)} />`}`;
}

/**
 * Ask for what a template's texts leave open.
 * @param {{name: string, keys: string[], apply: Apply, onClose: () => void}} props
 */
function Placeholders({ name, keys, apply, onClose }) {
  const [values, setValues] = useState(/** @type {Record<string, string>} */ ({}));
  return html`<${FormDialog} title=${name} submit=${t("edit.template.apply")} onSubmit=${() => apply(values)} onClose=${onClose}>
    ${keys.map(
      (key, number) =>
        html`<${TextField} key=${key} label=${key} value=${values[key] ?? ""} maxlength="10000" required autofocus=${number === 0}
          onInput=${(/** @type {string} */ value) => setValues({ ...values, [key]: value })} />`,
    )}
  <//>`;
}

/**
 * Add a template's overlays; set its transition and its format.
 * @param {import("../../../documents/document.js").Document} document
 * @param {string} templateId @param {Record<string, string>} placeholderValues
 */
async function applyTemplate(document, templateId, placeholderValues) {
  await document.flush();
  // A template may have a format, and a transition for cuts between scenes.
  for (const path of ["editorState.exportSettings", "editorState.editorData", "scenes"]) document.expect(path);
  const { data, etag } = await post(`${document.path}/apply-template`, { templateId, placeholderValues });
  document.accept(data, etag);
}

/**
 * Keep the texts and pictures of the timeline as a template of the project.
 * @param {{editor: import("./editor.js").Editor, onSaved: () => Promise<void>, onClose: () => void}} props
 */
function TemplateDialog({ editor, onSaved, onClose }) {
  const state = editor.state.value;
  const [name, setName] = useState("");
  const [timing, setTiming] = useState(/** @type {import("../../../timeline/template.js").Timing} */ ("relative"));
  const [withFormat, setWithFormat] = useState(true);
  const submit = async () => {
    const { projectId } = editor.document.value.peek();
    await checkName(projectId, name);
    const seconds = editor.model.peek().duration;
    await createTemplate(projectId, name.trim(), templateOf(state, { seconds, timing, withFormat }));
    toast(t("edit.template.saved", { name: name.trim() }));
    await onSaved();
  };
  const { texts, images } = overlayCounts(state);
  const counts = [
    texts > 0 && t("templates.texts", { count: texts }),
    images > 0 && t("templates.images", { count: images }),
  ];
  return html`<${FormDialog} title=${t("edit.template.title")} submit=${t("edit.template.save")} onSubmit=${submit} onClose=${onClose}>
    <p class="hint">${t("edit.template.text", { contents: counts.filter(Boolean).join(", ") })}</p>
    <${NameField} value=${name} onInput=${setName} />
    <${SelectField}
      label=${t("edit.template.timing")}
      value=${timing}
      options=${TIMINGS.map((value) => ({ value, label: t(`edit.template.timings.${value}`) }))}
      onInput=${setTiming}
    />
    <label class="check">
      <input
        type="checkbox"
        checked=${withFormat}
        onChange=${(/** @type {any} */ event) => setWithFormat(event.target.checked)}
      />
      <span>${t("templates.settings", { ...settingsOf(state) })} <span class="hint">${t("edit.template.formatHint")}</span></span>
    </label>
  <//>`;
}

/**
 * Throw an ApiError if the project has a template of this name.
 * @param {string} project
 * @param {string} name
 */
async function checkName(project, name) {
  const fold = (/** @type {string} */ text) => text.trim().toLocaleLowerCase();
  const taken = (await listTemplates(project)).some((template) => fold(template.name) === fold(name));
  if (taken) throw new ApiError(409, { error: t("edit.template.taken", { name: name.trim() }) });
}

/**
 * What the music is, or a file for it; the inspector has its volume, and shows
 * the file on its way.
 * @param {{editor: import("./editor.js").Editor, ownAudio: import("./own-audio.js").OwnAudio,
 *   assets: import("../../../state/assets.js").Asset[], onClick: () => void}} props
 */
function MusicMenu({ editor, ownAudio, assets, onClick: chooseFile }) {
  const current = useComputed(() => editor.state.value.audioUrl ?? null).value;
  const sounds = soundsOf(current, ownAudio, assets).map(({ url, ...sound }) => ({
    ...sound,
    checked: current === url,
    onSelect: () => {
      setMusic(editor, ownAudio, url, sound.label);
      showSound(editor);
    },
  }));
  const upload = () => {
    chooseFile();
    showSound(editor);
  };
  const label = t(ownAudio.exists ? "edit.replaceAudio" : "edit.uploadAudio");
  return html`<${ToolMenu} icon="music" word=${t("edit.music")} items=${[...sounds, null, { label, icon: "upload", onSelect: upload }]} />`;
}

/** @param {import("./editor.js").Editor} editor */
function showSound(editor) {
  editor.selection.value = null;
  editor.tab.value = "sound";
}

const TEXT_SECONDS = 3;

/**
 * What can be added at the current time.
 * @param {{editor: Editor, player: import("../../../player/player.js").Player,
 *   ownAudio: import("./own-audio.js").OwnAudio, library: import("./library.js").Library, target: import("./actions.js").Target}} props
 */
function AddBar({ editor, player, ownAudio, library, target }) {
  const ofType = (/** @type {string} */ type) => (library.assets.value ?? []).filter((asset) => asset.type === type);
  const add = (/** @type {"text"|"picture"} */ kind, /** @type {any} */ operation) => {
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
  const [isChoosing, setChoosing] = useState(false);
  const addPicture = (/** @type {import("../../../state/assets.js").Asset} */ asset) =>
    addItem("picture", PICTURE_SECONDS, { asset: asset.id, ...pictureSize(editor, asset) });
  const addText = (/** @type {object} */ fields) => {
    const id = addItem("text", TEXT_SECONDS, fields);
    const { animationIn } = editor.state.peek().textOverlays?.[id] ?? {};
    if (animationIn) player.seek(player.time.peek() + animationIn.seconds); // where it is seen
    editor.typing.value = id;
  };
  return html`<div class="add-bar" role="group" aria-label=${t("edit.add")}>
    <${Tool} icon="type" word=${t("edit.addText")} onClick=${() => addText({ text: t("edit.newText") })} />
    <${TextPresetMenu} add=${addText} />
    <${Tool} icon="image-plus" word=${t("edit.picture")} label=${t("edit.addPicture")} aria-haspopup="dialog"
      onClick=${() => setChoosing(true)} />
    <${FileButton} as=${MusicMenu} accept=${ACCEPTED} onFiles=${ownAudio.send} ...${{ editor, ownAudio }} assets=${ofType("audio")} />
    <${Tool} ...${toolOf("record", target)} />
    <${TemplateMenu} editor=${editor} />
    ${isChoosing && html`<${PictureDialog} editor=${editor} title=${t("edit.addPicture")} onChoose=${addPicture}
      onClose=${() => setChoosing(false)} />`}
  </div>`;
}

/**
 * @typedef {import("../../../player/player.js").Player} Player
 */

/**
 * What can be added, the actions on what is selected, and the scale of the timeline.
 * @param {{target: import("./actions.js").Target, editor: Editor, player: Player, zoom: import("./timeline/zoom.js").Zoom,  ownAudio: import("./own-audio.js").OwnAudio,
 *   library: import("./library.js").Library, hasBin: import("@preact/signals").Signal<boolean>}} props
 */
export function Toolbar({ target, editor, player, zoom, ownAudio, library, hasBin }) {
  const isShown = hasBin.value;
  /** @type {{current: HTMLElement | null}} */
  const spacer = useRef(null);
  useLayoutEffect(() => fitWords(/** @type {HTMLElement} */ (spacer.current?.parentElement)), []);
  return html`<${Bar} class="toolbar" label=${t("edit.bar")}>
    ${!editor.isReadOnly && html`<${Tool} icon="panel-left" word=${t("edit.bin.title")} label=${t(isShown ? "edit.bin.hide" : "edit.bin.show")}
      aria-expanded=${isShown} aria-controls=${isShown ? "bin" : undefined} onClick=${() => (hasBin.value = !isShown)} />
    <${AddBar} ...${{ editor, player, ownAudio, library, target }} />
    <${ClipTools} target=${target} />`}
    <span ref=${spacer} class="spacer"></span>
    <${ZoomControls} zoom=${zoom} />
  <//>`;
}

const ROOM = ["all", "words", "icons"]; // what is shown; "words": all but the slider of the scale

/** Show words beside the icons of a bar where there is room for them; return how to end that. @param {HTMLElement} bar */
function fitWords(bar) {
  const fit = () => {
    for (const room of ROOM) {
      bar.dataset.room = room;
      if (bar.scrollWidth <= bar.clientWidth) return;
    }
  };
  const resized = new ResizeObserver(fit);
  for (const each of [bar, ...bar.children]) resized.observe(each); // words change, and fonts come late
  return () => resized.disconnect();
}

/**
 * A tool: an icon with a word. Its name, and tooltip, may say more.
 * @param {{icon: string, word: string, label?: string, [attribute: string]: any}} props
 */
function Tool({ icon, word, label = word, ...rest }) {
  return html`<button type="button" title=${label} ...${rest} class="tool" aria-label=${label}><${ToolFace} ...${{ icon, word }} /></button>`;
}

/** A tool that opens a menu. @param {{icon: string, word: string, label?: string, items: any[]}} props */
function ToolMenu({ icon, word, label = word, items }) {
  return html`<${Menu} class="tool" ...${{ label, items }}><${ToolFace} ...${{ icon, word }} /><//>`;
}

/** @param {{icon: string, word: string}} props */
function ToolFace({ icon, word }) {
  return html`<${Icon} name=${icon} /><span>${word}</span>`;
}

const CLIP_TOOLS = ["split", "freeze", "muteClip", "duplicate", "remove"];

/** @param {{target: import("./actions.js").Target}} props */
function ClipTools({ target }) {
  return html`<div class="clip-tools" role="group" aria-label=${t("edit.tools")}>
    ${CLIP_TOOLS.map((name) => html`<${Tool} key=${name} ...${toolOf(name, target)} />`)}
  </div>`;
}
