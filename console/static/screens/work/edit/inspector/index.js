/** The inspector: tabs with the fields of what is selected and of the whole video. */

import { html } from "htm/preact";
import { useId, useLayoutEffect } from "preact/hooks";
import { EditedBy } from "../../../../components/presence.js";
import { TabList } from "../../../../components/tab-list.js";
import { t } from "../../../../i18n.js";
import { CaptionsTab } from "./captions.js";
import { ClipTab } from "./clip.js";
import { FormatTab } from "./format.js";
import { selectedOf } from "./selected.js";
import { Several } from "./several.js";
import { SoundTab } from "./sound.js";
import { TextTab } from "./text.js";

/**
 * @typedef {object} TabProps
 * @property {import("../editor.js").Editor} editor
 * @property {import("../../../../player/player.js").Player | null} player
 * @property {import("../own-audio.js").OwnAudio} ownAudio
 * @property {import("./selected.js").Selected | null} selected
 */

/** @type {Record<string, {kinds: string[], Fields: (props: TabProps) => any}>} */
const TABS = {
  clip: { kinds: ["clip", "picture"], Fields: ClipTab },
  text: { kinds: ["text"], Fields: TextTab },
  captions: { kinds: ["caption"], Fields: CaptionsTab },
  sound: { kinds: ["music", "voice", "sound"], Fields: SoundTab },
  format: { kinds: [], Fields: FormatTab },
};
const KEYED = ["clip", "text", "picture", "voice", "sound"]; // what has fields of its own
const NAMES = Object.keys(TABS);

/**
 * The tab of what is selected is shown until another one is chosen. What is typed into a field is
 * undone together until the focus leaves it.
 * @param {Omit<TabProps, "selected">} props
 */
export function Inspector({ editor, player, ownAudio }) {
  const id = useId();
  const selected = selectedOf(editor);
  const own = NAMES.find((name) => selected && TABS[name].kinds.includes(selected.kind));
  useLayoutEffect(() => {
    if (own) editor.tab.value = own;
  }, [own, selected?.id]);
  const name = editor.tab.value;
  const isOfSeveral = name === own && editor.selected.value.length > 1;
  const { Fields } = isOfSeveral ? { Fields: Several } : TABS[name];
  // What is typed stays where it is when the first change gives captions or music ids of their own.
  const key = isOfSeveral ? editor.selected.value.join() : selected && KEYED.includes(selected.kind) ? `${name} ${selected.id}` : name;
  return html`<section class="inspector" aria-label=${t("edit.inspector")} onFocusOut=${() => editor.seal()}>
    <${TabList} id=${id} class="inspector-tabs" label=${t("edit.inspector")} names=${NAMES} current=${name}
      textOf=${(/** @type {string} */ each) => t(`edit.tabs.${each}`)} choose=${(/** @type {string} */ next) => (editor.tab.value = next)} />
    ${name === own && selected && html`<${EditedBy} kind=${selected.kind} id=${selected.id} />`}
    <div key=${name} class="inspector-fields stack" role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${name}`}>
      <${Fields} key=${key} ...${{ editor, player, ownAudio, selected }} />
    </div>
  </section>`;
}
