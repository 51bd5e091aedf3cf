import { html } from "htm/preact";
import { Component } from "preact";
import { at } from "../../../../base.js";
import { Icon } from "../../../../components/button.js";
import { Initials } from "../../../../components/person.js";
import { t } from "../../../../i18n.js";

/**
 * @typedef {object} ItemProps  all of them simple values, so that few items are rendered again
 * @property {string} id
 * @property {import("./lanes.js").Kind} kind
 * @property {string} label
 * @property {number} start  seconds
 * @property {number} end
 * @property {number} row
 * @property {boolean} isSelected
 * @property {boolean} isStop  whether Tab goes to it
 * @property {boolean} isCarried
 * @property {string} width  "narrow" or "tiny" without room for all words
 * @property {string} mark  of a voice that does not fit, or what is not heard
 * @property {string} place  which clip of how many it is, or what its mark says, for screen readers
 * @property {string} editor  the name of somebody else who edits it
 * @property {string} editorId
 * @property {string|null} picture  what is shown of a clip while it is with the pointer
 */

/** A clip, or something beside the clips, on its lane. @extends {Component<ItemProps>} */
export class Item extends Component {
  /** @param {any} next */
  shouldComponentUpdate(next) {
    const now = /** @type {any} */ (this.props);
    return Object.keys(next).some((name) => next[name] !== now[name]);
  }

  render() {
    const { id, kind, label, start, end, row, isSelected, isStop, isCarried, width, place, picture, mark, editor, editorId } = /** @type {ItemProps} */ (
      /** @type {any} */ (this.props)
    );
    const seconds = t("edit.seconds", { seconds: (end - start).toFixed(1) });
    const background = isCarried && picture ? `;background-image:url("${at(picture)}")` : "";
    return html`<button
      type="button"
      class=${`item ${kind} ${width}${isSelected ? " selected" : ""}${isCarried ? " carried" : ""} ${mark}`}
      style=${`--start:${start};--length:${end - start};--row:${row}${background}`}
      data-id=${id}
      tabindex=${isStop ? 0 : -1}
      aria-pressed=${isSelected}
      aria-label=${place ? `${label} ${seconds}, ${place}` : undefined}
      title=${[mark ? `${label}: ${place}` : label, editor && t("presence.editsThis", { name: editor })].filter(Boolean).join("\n")}
    >
      <span class="grip" data-grip="start"></span>
      <span class="item-words">
        ${mark === "overrun" && html`<${Icon} name="triangle-alert" />`}
        ${mark === "silent" && html`<${Icon} name="volume-x" />`}
        <span class="item-label" dir="auto">${label}</span>${" "}
        <span class=${kind === "clip" ? "item-length" : "visually-hidden"}>${seconds}</span>
      </span>
      ${editor && html`<span class="item-editor"><${Initials} userId=${editorId} name=${editor} /></span>`}
      <span class="grip" data-grip="end"></span>
    </button>`;
  }
}
