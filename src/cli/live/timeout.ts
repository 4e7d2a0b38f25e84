import { UsageError } from '../../usage-error.ts';

/** The value of `--timeout`, a whole number of seconds, in ms. Throws UsageError. */
export function readTimeout(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`--timeout ${text}: use a whole number of seconds`);
  return Number(text) * 1000;
}
