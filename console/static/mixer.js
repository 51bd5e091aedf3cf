/** Where sounds are mixed: a volume of everything, and a limiter. */

const LIMIT = { threshold: -1, knee: 0, ratio: 20, attack: 0.001, release: 0.05 };
const MADE_UP = 10 ** ((-0.6 * LIMIT.threshold * (1 - 1 / LIMIT.ratio)) / 20); // by limiters of browsers

/**
 * Return where sounds are mixed: a gain for the volume of everything, before the limiter.
 * @param {BaseAudioContext} context
 */
export function mixer(context) {
  const output = new GainNode(context);
  const limiter = new DynamicsCompressorNode(context, LIMIT);
  const level = new GainNode(context, { gain: 1 / MADE_UP });
  output.connect(limiter).connect(level).connect(context.destination);
  return output;
}
