/** Elements that play at times that somebody else says. */

export const NEAR = 0.015; // seconds that one may be off without being corrected
const FAR = 0.2; // seconds that it may be off before it is sought
const CATCH_UP = 2; // how much faster it plays for each second that it is late
const HEARD = 0.08; // of its rate: by which sound is played faster or slower, and nobody hears it
const UNHEARD = 0.2;

/**
 * Let an element play at a time of its file: faster or slower, if it is a little off.
 * @param {HTMLMediaElement} element @param {number} at  seconds @param {number} speed
 */
export function follow(element, at, speed) {
  const late = (at - element.currentTime) / speed;
  if (Math.abs(late) > FAR && !element.seeking) element.currentTime = at;
  const rate = correctedRate(speed, late, element.muted ? UNHEARD : HEARD);
  if (element.playbackRate !== rate) element.playbackRate = rate;
  if (element.paused) element.play().catch(() => {});
}

/** @param {number} speed @param {number} late  seconds @param {number} most  change of the rate */
function correctedRate(speed, late, most) {
  if (Math.abs(late) < NEAR || Math.abs(late) > FAR) return speed;
  return speed * (1 + Math.round(Math.max(-most, Math.min(late * CATCH_UP, most)) * 100) / 100);
}
