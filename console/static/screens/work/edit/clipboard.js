import { removeLeavingGap } from "./clip-actions.js";
import { copiesOf, pasteOf } from "./copies.js";

/** What was copied or cut from a timeline, to be pasted into it. */
export class Clipboard {
  /** @type {import("./copies.js").Copied[]} */
  #copies = [];

  /** @param {import("./editor.js").Editor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /** Copy what is selected; false: nothing is. */
  copy() {
    const copies = copiesOf(this.editor, this.editor.selected.peek());
    if (copies.length === 0) return false;
    this.#copies = copies;
    return true;
  }

  cut() {
    if (!this.copy()) return false;
    removeLeavingGap(this.editor);
    return true;
  }

  /** Add what was copied, from a time on; false: there is nothing. @param {number} time  seconds */
  paste(time) {
    if (this.#copies.length === 0) return false;
    const { operations, ids } = pasteOf(this.editor, this.#copies, time);
    if (this.editor.apply(operations)) this.editor.select(ids);
    return true;
  }
}
