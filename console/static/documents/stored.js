/** The version of a document that the service has, and the requests that read and change it. */

import { ApiError, get, patch, post } from "../api.js";
import { bodyOf } from "./parts.js";

/** @typedef {{data: any, etag: string | null}} Version */

export class Stored {
  #readPath;

  /**
   * @param {string} path in the API
   * @param {string} readPath where it is read, if that is another path
   * @param {any} data
   * @param {string | null} etag
   */
  constructor(path, readPath, data, etag) {
    this.path = path;
    this.#readPath = readPath;
    this.data = data;
    this.etag = etag;
  }

  /** @param {Version} version */
  set({ data, etag }) {
    this.data = data;
    this.etag = etag;
  }

  /** Read the version that there is now; null if it is the same. Throws ApiError. */
  async readNewer() {
    const answer = await get(this.#readPath, { ifNoneMatch: this.etag });
    return answer.status === 304 ? null : answer;
  }

  /** Save parts of this version. Throws ApiError. @param {import("./parts.js").Parts} parts @returns {Promise<Version>} */
  save(parts) {
    return patch(this.path, bodyOf(parts), { ifMatch: this.etag });
  }

  /**
   * Apply operations to the timeline of this version. Throws ApiError.
   * @param {import("./pending-operations.js").Operation[]} operations
   * @returns {Promise<Version>}
   */
  async operate(operations) {
    const { data, etag } = await this.#postOperations(operations, { ifMatch: this.etag });
    // If all were applied before, the answer may be of a version that others have changed.
    if (data.skipped.length === operations.length) return (await this.readNewer()) ?? { data: this.data, etag };
    return { data: { ...this.data, editorState: data.timeline, updatedAt: data.updatedAt }, etag };
  }

  /**
   * Save while the page is being closed, without waiting for it.
   * @param {import("./parts.js").Parts} parts @param {import("./pending-operations.js").Operation[]} operations
   */
  leave(parts, operations) {
    // First, since the operations make another version. What is refused is offered as a draft.
    if (parts.size) patch(this.path, bodyOf(parts), { ifMatch: this.etag, keepalive: true }).catch(() => {});
    if (operations.length) this.#postOperations(operations, { keepalive: true }).catch(() => {});
  }

  /** The version of an error, if another client has saved it meanwhile. @param {ApiError} error @returns {Version | null} */
  newerIn({ status, etag, details }) {
    return status === 412 && etag !== this.etag ? { data: details, etag } : null;
  }

  /** @param {import("./pending-operations.js").Operation[]} operations @param {object} options */
  #postOperations(operations, options) {
    return post(`${this.path}/timeline/operations`, { operations }, options);
  }
}
