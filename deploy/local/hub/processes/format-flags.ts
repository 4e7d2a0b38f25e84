/** The arguments `--name value` for each entry. A list repeats the flag for each of its values. */
export function formatFlags(flags: Readonly<Record<string, string | readonly string[]>>): string[] {
  return Object.entries(flags).flatMap(([name, value]) => [value].flat().flatMap((one) => [`--${name}`, one]));
}
