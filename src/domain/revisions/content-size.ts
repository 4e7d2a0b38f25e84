const encoder = new TextEncoder();

/** The bytes of a value as JSON in UTF-8. */
export function jsonBytes(value: object): number {
  return encoder.encode(JSON.stringify(value)).length;
}

/** Bytes as KiB, rounded up, for messages. */
export function inKiB(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}

/** Bytes as MiB with one digit, for messages. */
export function inMiB(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1).replace(/\.0$/, '')} MiB`;
}
