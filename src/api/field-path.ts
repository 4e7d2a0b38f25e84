/** The path to a field of an object: property names and list indexes. */
export type FieldPath = readonly (string | number)[];

/** Formats a path as kubectl does: `spec.policies[0].name`, `metadata.labels[app.kubernetes.io/name]`. */
export function formatPath(path: FieldPath): string {
  let formatted = '';
  for (const segment of path) {
    if (typeof segment === 'number') formatted += `[${segment}]`;
    else if (/^[A-Za-z_$][A-Za-z0-9_$-]*$/.test(segment)) formatted += formatted === '' ? segment : `.${segment}`;
    else formatted += `[${segment}]`;
  }
  return formatted;
}

/** The path of a JSON Pointer (RFC 6901). A segment of digits becomes a list index. */
export function pathOfPointer(pointer: string): FieldPath {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
}

/** The JSON Pointer of a path. */
export function pointerOfPath(path: FieldPath): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
