import { useComputed } from "@preact/signals";
import { html } from "htm/preact";
import { Menu } from "../../../components/menu.js";
import { t } from "../../../i18n.js";
import { setMusic, soundsOf } from "./own-audio.js";

/**
 * What the music is, or a file for it; the inspector has its volume, and shows
 * the file on its way.
 * @param {{editor: import("./editor.js").Editor, ownAudio: import("./own-audio.js").OwnAudio,
 *   assets: import("../../../state/assets.js").Asset[], onClick: () => void}} props
 */
export function MusicMenu({ editor, ownAudio, assets, onClick: chooseFile }) {
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
  return html`<${Menu} label=${t("edit.music")} items=${[...sounds, null, { label, icon: "upload", onSelect: upload }]} icon="music" />`;
}

/** @param {import("./editor.js").Editor} editor */
function showSound(editor) {
  editor.selection.value = null;
  editor.tab.value = "sound";
}
