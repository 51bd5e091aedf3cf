/** Errors of components: the rest of the page goes on. */

import { html } from "htm/preact";
import { Component } from "preact";
import { t } from "../i18n.js";
import { Button } from "./button.js";
import { Empty } from "./fallbacks.js";
import { Notice } from "./notice.js";

/**
 * Shows its children, or says why they can't be shown, with a button to try again. It also tries again when
 * it gets another `of`.
 *
 * `of` is what is shown, such as a job; `as` is the element around the error, such as a list's `li`; for a
 * whole screen (`isScreen`), the error is its heading.
 */
export class Boundary extends Component {
  /** @type {{error: Error | null, of?: any}} */
  state = { error: null };

  /** @param {any} error */
  static getDerivedStateFromError(error) {
    return { error };
  }

  /** @param {any} props @param {any} state */
  static getDerivedStateFromProps({ of }, state) {
    return state.of === of ? null : { of, error: null };
  }

  /** @param {any} error */
  componentDidCatch(error) {
    console.error(error); // for whoever looks for the cause
  }

  /**
   * @param {{children?: any, as?: string, isScreen?: boolean}} props
   * @param {{error: Error | null}} state
   */
  render({ children, as = "div", isScreen }, { error }) {
    if (!error) return children;
    const again = html`<${Button} reading small=${!isScreen} icon="rotate-ccw" onClick=${() => this.setState({ error: null })}>
      ${t("common.tryAgain")}
    <//>`;
    const text = html`<p>${t("failure.partText", { reason: String(error.message ?? error) })}</p>`;
    if (isScreen) return html`<${Empty} isScreen icon="circle-alert" title=${t("failure.part")} actions=${again}>${text}<//>`;
    return html`<${as} class="broken-part"><${Notice} kind="error" action=${again}><strong>${t("failure.part")}</strong>${text}<//><//>`;
  }
}
