/** `--name value` for each entry, and once per value of a list. */
export function flagWords(flags: Readonly<Record<string, string | readonly string[]>>): string[] {
  return Object.entries(flags).flatMap(([name, value]) => [value].flat().flatMap((one) => [`--${name}`, one]));
}
