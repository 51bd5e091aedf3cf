import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n.js";
import { Button } from "./button.js";
import { Empty, Loading } from "./fallbacks.js";

/** @typedef {() => Promise<{default: import("preact").ComponentType<any>}>} Load imports a module */

/** @type {Map<Load, import("preact").ComponentType<any>>} */
const loaded = new Map();

/**
 * A component from a module that is loaded when it is first shown.
 * @param {{load: Load, [prop: string]: any}} props
 */
export function Lazy({ load, ...props }) {
  const [, setLoaded] = useState(/** @type {any} */ (null));
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  useEffect(() => {
    if (loaded.has(load)) return;
    load().then(
      (module) => {
        loaded.set(load, module.default);
        setLoaded(() => load);
      },
      () => setFailed(() => load),
    );
  }, [load]);
  const Component = loaded.get(load);
  if (Component) return html`<${Component} ...${props} />`;
  return failed === load ? html`<${Outdated} />` : html`<${Loading} />`;
}

/** Shown when the page's files are gone, such as after an update of the service. */
function Outdated() {
  const reload = html`<${Button} kind="primary" icon="refresh-cw" onClick=${() => location.reload()}>
    ${t("common.reload")}
  <//>`;
  return html`<${Empty} icon="refresh-cw" title=${t("failure.outdated")} actions=${reload}>
    <p>${t("failure.outdatedText")}</p>
  <//>`;
}
