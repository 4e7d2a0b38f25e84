import type { JsonValue } from '../../api/object.ts';
import { textBytes } from '../../api/text-bytes.ts';

const containerBytes = 32;
/** A field has a slot for its value, and part of the space that V8 reserves for fields to come. Names of fields are shared. */
const fieldBytes = 12;
/** One that is not a small integer. */
const numberBytes = 12;

/** About how many bytes a value needs in the heap of V8. Without recursion, because the depth is not limited. */
export function heapBytes(root: JsonValue): number {
  const open: JsonValue[] = [root];
  let bytes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') bytes += textBytes(next);
    else if (typeof next === 'object' && next !== null) {
      const children: JsonValue[] = Object.values(next);
      bytes += containerBytes + fieldBytes * children.length;
      open.push(...children);
    } else if (typeof next !== 'boolean' && next !== null) bytes += numberBytes;
  }
  return bytes;
}
