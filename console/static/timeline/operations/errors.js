/** An operation that cannot be applied: the field that is wrong, and what would be right. */
export class OperationError extends Error {
  /** @param {string} field  its path in the operation @param {string} reason */
  constructor(field, reason) {
    super(`${field}: ${reason}`);
    this.name = "OperationError";
    this.field = field;
    this.reason = reason;
  }
}
