/** Moving the playhead. */
export class ScrubDrag {
  /** @param {import("../strip.js").Strip} strip */
  constructor(strip) {
    this.strip = strip;
  }

  /** @param {import("../gestures.js").PointerPlace} place */
  move({ x }) {
    this.strip.player.seek(this.strip.timeAt(x));
  }

  finish() {}

  cancel() {}
}
