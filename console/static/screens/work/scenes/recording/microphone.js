/** The microphone: takes are recorded with it, and its level is measured. */

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"]; // the first that the browser knows
const BITS = 128_000; // a second
const SLICE = 1000; // milliseconds: a recording that breaks off is kept up to here

/**
 * @typedef {"insecure" | "unsupported" | "denied" | "missing" | "busy" | "failed"} Problem
 * @typedef {{blob: Blob, seconds: number}} Recording
 */

/** An error with the problem that it is. */
export class MicrophoneError extends Error {
  /** @param {Problem} problem @param {string} [reason] */
  constructor(problem, reason = "") {
    super(reason || problem);
    this.problem = problem;
  }
}

/** Errors of `getUserMedia`, by their names. @type {Record<string, Problem>} */
const PROBLEMS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  NotSupportedError: "unsupported",
};

/** A microphone that is open, until it is closed. */
export class Microphone {
  #stream;
  #context;
  #analyser;
  /** @type {MediaRecorder | null} */
  #recorder = null;
  #samples;

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.#stream = stream;
    this.#context = new AudioContext();
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 2048;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
  }

  /** Ask for the microphone. Throws MicrophoneError. */
  static async open() {
    if (!navigator.mediaDevices) throw new MicrophoneError(isSecureContext ? "unsupported" : "insecure");
    if (!globalThis.MediaRecorder) throw new MicrophoneError("unsupported");
    try {
      const audio = { echoCancellation: false, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
      return new Microphone(await navigator.mediaDevices.getUserMedia({ audio }));
    } catch (error) {
      const { name, message } = /** @type {DOMException} */ (error);
      throw new MicrophoneError(PROBLEMS[name] ?? "failed", message);
    }
  }

  /** The level at this moment, from 0 to 1: its loudest sample. */
  get level() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return Math.min(1, this.#samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0));
  }

  /**
   * Record until `stop`, or until the microphone is gone: what was recorded by then is kept. Throws
   * MicrophoneError if that is nothing.
   * @returns {Promise<Recording>}
   */
  record() {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: BITS });
    this.#recorder = recorder;
    const started = performance.now();
    /** @type {Blob[]} */
    const parts = [];
    let reason = "";
    return new Promise((resolve, reject) => {
      recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
      recorder.addEventListener("error", (event) => (reason = /** @type {any} */ (event).error?.message)); // it stops then
      recorder.addEventListener("stop", () => {
        if (!parts.some(({ size }) => size > 0)) reject(new MicrophoneError("failed", reason));
        const [type] = recorder.mimeType.split(";"); // the service knows types without codecs
        resolve({ blob: new Blob(parts, { type }), seconds: (performance.now() - started) / 1000 });
      });
      recorder.start(SLICE);
    });
  }

  stop() {
    if (this.#recorder?.state === "recording") this.#recorder.stop();
  }

  close() {
    this.stop();
    for (const track of this.#stream.getTracks()) track.stop();
    this.#context.close();
  }
}
