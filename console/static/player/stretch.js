/**
 * Sound at another speed, as high as before (WSOLA): windows of it are laid over each other, each from
 * near its place, where it fits best to what is there already. Exports do it alike (atempo).
 */

const WINDOW = 0.03; // seconds
const SEARCH = 0.25; // of a window: how far from its place one may be
const COARSE = 8; // samples between the places that are compared first, and of each that are compared
const AT_ONCE = 50; // windows between pauses, in which the page reacts

/**
 * Return the part of channels that is heard at a speed, some time long.
 * @param {Float32Array[]} channels @param {number} rate  samples a second
 * @param {{at: number, speed: number, seconds: number}} part  from `at` seconds on
 * @returns {Promise<Float32Array<ArrayBuffer>[]>}
 */
export async function stretched(channels, rate, { at, speed, seconds }) {
  const hop = Math.round((WINDOW * rate) / 2);
  const length = Math.round(seconds * rate);
  const results = channels.map(() => new Float32Array(length));
  const begin = Math.round(at * rate);
  let place = begin - hop;
  for (let number = 0, start = -hop; start < length; number += 1, start += hop) {
    const wanted = begin + Math.round(start * speed);
    place = number === 0 ? begin - hop : nearestFit(channels[0], wanted, place + hop, hop);
    channels.forEach((channel, index) => overlay(results[index], start, channel, place, hop));
    if (number % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setTimeout(resolve));
  }
  return results;
}

/**
 * Return the place near `wanted` from which samples go on most like those from `following` on.
 * @param {Float32Array} samples @param {number} wanted @param {number} following @param {number} hop
 */
function nearestFit(samples, wanted, following, hop) {
  const reach = Math.round(2 * hop * SEARCH);
  const coarse = bestOf(samples, wanted - reach, wanted + reach, COARSE, following, hop, wanted);
  return bestOf(samples, coarse - COARSE, coarse + COARSE, 1, following, hop, coarse);
}

/**
 * @param {Float32Array} samples @param {number} from @param {number} to @param {number} step
 * @param {number} following @param {number} hop @param {number} otherwise  if all is silent
 */
function bestOf(samples, from, to, step, following, hop, otherwise) {
  let best = otherwise;
  let highest = likeness(samples, otherwise, following, hop);
  for (let place = from; place <= to; place += step) {
    const found = likeness(samples, place, following, hop);
    if (found > highest) [best, highest] = [place, found];
  }
  return best;
}

/** @param {Float32Array} samples @param {number} place @param {number} following @param {number} hop */
function likeness(samples, place, following, hop) {
  let [sum, power] = [0, 1e-9];
  for (let index = 0; index < hop; index += COARSE) {
    const sample = samples[place + index] ?? 0;
    sum += sample * (samples[following + index] ?? 0);
    power += sample * sample;
  }
  return sum / Math.sqrt(power);
}

/**
 * Add a window, which gets louder over `hop` samples and then quieter.
 * @param {Float32Array} result @param {number} start @param {Float32Array} samples
 * @param {number} place @param {number} hop
 */
function overlay(result, start, samples, place, hop) {
  const last = Math.min(2 * hop, result.length - start);
  for (let index = Math.max(0, -start); index < last; index += 1) {
    const gain = 0.5 - 0.5 * Math.cos((Math.PI * index) / hop);
    result[start + index] += gain * (samples[place + index] ?? 0);
  }
}
