import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../i18n.js";

/** Says to screen readers what happens with the scenes. @param {{states: import("./state.js").SceneState[]}} props */
export function Announcer({ states }) {
  const [text, setText] = useState("");
  /** @type {{current: string[] | null}} */
  const before = useRef(null);
  const now = states.map(({ status }) => status);
  useEffect(() => {
    const known = before.current;
    before.current = now;
    if (!known) return;
    const changed = now.flatMap((status, position) =>
      status === known[position]
        ? []
        : [t("scenes.announce", { number: position + 1, state: t(`scenes.states.${status}`) })],
    );
    if (changed.length) setText(changed.join(". "));
  }, [now.join()]);
  return html`<p class="visually-hidden" role="status">${text}</p>`;
}
