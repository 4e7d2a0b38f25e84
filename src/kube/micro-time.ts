/** Formats a `metav1.MicroTime`: RFC 3339 with six fractional digits; the API server rejects fewer. `ms` is since the epoch. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
