const encoder = new TextEncoder();

/** A code unit that has several bytes in UTF-8. Most objects have none, and need not be encoded. */
const multibyte = /[\u0080-\uffff]/;

/** The bytes of a value as JSON in UTF-8. */
export function jsonBytes(value: object): number {
  const json = JSON.stringify(value);
  return multibyte.test(json) ? encoder.encode(json).length : json.length;
}

/** Bytes as KiB, rounded up, for messages. */
export function inKiB(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}

/** Bytes as MiB with one digit, for messages. */
export function inMiB(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1).replace(/\.0$/, '')} MiB`;
}
