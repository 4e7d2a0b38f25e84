/** `metav1.MicroTime`: RFC 3339 with six digits of fraction; fewer are refused. `ms` is since the epoch. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
