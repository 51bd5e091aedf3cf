/** What is selected on the timeline. */

import { batch, effect, signal } from "@preact/signals";

export class Selection {
  /** The id of the one whose fields are shown. @type {import("@preact/signals").Signal<string|null>} */
  primary = signal(/** @type {string|null} */ (null));
  /** All ids. @type {import("@preact/signals").Signal<string[]>} */
  ids = signal(/** @type {string[]} */ ([]));
  /** The clip whose transition to the next is selected in its place. @type {import("@preact/signals").Signal<string|null>} */
  transition = signal(/** @type {string|null} */ (null));
  #stops;

  constructor() {
    this.#stops = [effect(() => this.#followPrimary()), effect(() => this.#followIds())];
  }

  /** @param {string[]} ids @param {string|null} [primary] */
  set(ids, primary = ids.at(-1) ?? null) {
    batch(() => {
      this.ids.value = ids;
      this.primary.value = primary;
      this.transition.value = null;
    });
  }

  /** Add one, or take it away. @param {string} id */
  toggle(id) {
    const ids = this.ids.peek();
    this.set(ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id]);
  }

  /** Select the transition from a clip to the next. @param {string} clip */
  setTransition(clip) {
    batch(() => {
      this.set([clip]);
      this.transition.value = clip;
    });
  }

  /** Select what was selected before. @param {{ids: string[], transition: string|null}} earlier */
  restore({ ids, transition }) {
    if (transition) this.setTransition(transition);
    else this.set(ids);
  }

  destroy() {
    for (const stop of this.#stops) stop();
  }

  /** Whoever sets the primary one selects it alone, unless it is selected already. */
  #followPrimary() {
    const id = this.primary.value;
    const ids = this.ids.peek();
    if (id === null ? ids.length > 0 : !ids.includes(id)) this.ids.value = id === null ? [] : [id];
  }

  #followIds() {
    const ids = this.ids.value;
    if (this.transition.peek() !== ids[0] || ids.length > 1) this.transition.value = null;
  }
}
